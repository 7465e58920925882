#pragma once
/* What guardian and minders share. Private to this target. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <sched.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "CSpawn.h"
#include "raw.h"

#define GUARD_NEVER INT64_MAX
#define GUARD_MS 1000000LL

enum { MINDER_STACK = 16 * 1024, LAUNCH_STACK = 16 * 1024 };

/* One minder: its connection, its stacks, and the request it is working on. Lives in memory mapped for it by the guardian. */
struct minder {
    int pid;
    int socket;
    int group; /* the number of its control group; 0 if it is in none */
    int is_outside; /* it has stepped out of it */
    struct minder *next;
    _Alignas(16) unsigned char stack[MINDER_STACK];
    _Alignas(16) unsigned char launch_stack[LAUNCH_STACK];
    _Alignas(16) unsigned char inbox[QC_MESSAGE_BYTES];
};

/* Descriptors that every minder inherits under these numbers. 0, 1 and 2 are /dev/null. */
struct guard_fds {
    int worker; /* pidfd of the worker */
    int signals; /* signalfd for SIGCHLD: reads the signals of whoever reads it */
};
extern struct guard_fds guard_fds;

static inline int64_t guard_later(int64_t now, int64_t delay) {
    return delay > GUARD_NEVER - now ? GUARD_NEVER : now + delay;
}

static inline int64_t guard_now(void) {
    struct timespec now = {0, 0};
    raw2(SYS_clock_gettime, CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* Waits until a descriptor is ready or the deadline has passed. Descriptors below 0 are left out. */
void guard_poll(struct pollfd *fds, int count, int64_t now, int64_t deadline);
/* Takes the pending SIGCHLD away. */
void guard_clear_signals(void);

/* What getdents64 gives. */
struct directory_entry {
    uint64_t inode, offset;
    uint16_t length;
    uint8_t type;
    char name[];
};
enum { DIRECTORY_ENTRY_FOLDER = 4 };

/* text.c: put a text, or a number, and answer where it ends. */
char *put_text(char *at, const char *text);
char *put_number(char *at, int number);

/* group.c: control groups. Their number is part of their name; without a base there are none. */
void group_set_base(const char *path);
/* Makes the next group. Returns its number, or 0. */
int group_make(void);
/* Moves the calling process there; 0: to the base. Returns 0, or a negated errno. */
long group_enter(int group);
/* Kills everything that is in it. */
void group_kill(int group);
/* Removes it, if nobody is left; 0: the base. Returns 0, or a negated errno. */
long group_remove(int group);

/* minder.c */
void minder_main(void *minder);

/* launch.c: forks and execs. Returns the pid, or a negated errno with *step saying where. */
struct launch {
    const char *directory;
    char **paths, **arguments, **environment;
    const struct qc_limits *limits;
    const struct qc_identity *identity;
    int stdin_fd, stdout_fd, stderr_fd; /* stdin_fd < 0: keep 0, which is /dev/null */
    volatile int step, error;
};
long launch_process(struct launch *launch, struct minder *minder);

/* request.c: a message with its descriptors. */
enum { PARCEL_PIPES = 2, PARCEL_FDS = 4 };
struct parcel {
    struct qc_request request;
    long size;
    int fds[PARCEL_FDS], fd_count;
    void *mapped;
};
/* Receives one. Returns its size, 0 at end of file, or a negated errno. Without room for its descriptors some are missing. */
long parcel_receive(struct parcel *parcel, struct minder *minder);
/* Turns the block's offsets into addresses. Returns 0, or where it failed with *error set. */
int parcel_open(struct parcel *parcel, struct minder *minder, struct launch *launch, int *error);
/* Lets go of all but the pipes: while those are held, the worker is not woken by an end of file before the event. */
void parcel_close(struct parcel *parcel, struct minder *minder);
void parcel_close_pipes(const struct parcel *parcel);

/* tree.c: the descendants of the calling process */
/* Sends `signal` to each descendant once. Returns how many there were. With signal 0 it only counts. */
int tree_signal(int signal);
/* Sends STOP to the descendants until no new one is found: a tree may fork until the last of it has stopped. */
void tree_pause(void);
/* Kills the children, with their process groups, unless `spare` says no. What they leave behind becomes a child: call again. */
/* Returns how many there were. */
int tree_kill_children(int (*spare)(int pid));

/* inherit.c: makes a fork of the worker into a guardian. Returns the number the control descriptor has from then on. */
int guard_inherit(int control, int worker);
/* guardian.c: where a guardian begins. */
struct guardian_setup {
    int control, worker; /* the worker's pidfd */
    const char *group;   /* or NULL */
};
void guardian_main(void *setup);
