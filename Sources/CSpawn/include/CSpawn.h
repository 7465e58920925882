#pragma once
/*
 * CSpawn: running commands as process trees of which nothing survives.
 *
 * Three kinds of process take part:
 *
 *   worker     the program that uses this library. It starts a guardian and asks it for minders.
 *   guardian   forked from the worker, never exec'd: a single thread of plain system calls. Makes minders, and kills what a
 *              minder that was itself killed leaves behind. Outlives the worker for as long as there is something to kill.
 *   minder     watches one run at a time, then the next. It shares the guardian's memory (CLONE_VM), so it costs a stack and
 *              a kernel task. It is a child subreaper: whatever a run forks, daemonises or abandons ends up as the minder's
 *              own child. "wait says ECHILD" is therefore an exact answer to "is anything of this run left?", for the price
 *              of one system call and without reading /proc.
 *
 * Given a control group, each minder has one below it where it starts its runs, which costs nothing for each of them. To kill, it
 * steps out and has the kernel kill all that are left in it, whosever they have become and however fast they fork.
 *
 * Each minder has a SOCK_SEQPACKET connection to the worker. Down it come one request per run, and orders; up it go events.
 * End of file on it, or the end of the worker, kills the minder's tree at once.
 *
 * Everything returns 0 or a descriptor, or a negated errno. Nothing here blocks but qc_guardian_reap.
 */
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h> /* for Swift, whose Glibc module leaves these two out */
#include <sys/eventfd.h>
#include <sys/types.h>

/* What a message is. */
enum qc_kind {
    QC_RUN = 1, /* worker -> minder: struct qc_request */
    /* worker -> minder: struct qc_order */
    QC_STOP,   /* TERM to the tree, KILL after the grace; `number` is the reason */
    QC_SIGNAL, /* signal `number` to the process group of the main process */
    QC_PAUSE,  /* STOP to the tree; the timeout's clock stands still */
    QC_RESUME, /* CONT to the tree; the timeout's clock goes on */
    /* minder -> worker: struct qc_event */
    QC_READY,   /* the minder exists; sent once. One that has not said so has begun no run, whatever it was sent */
    QC_STARTED, /* pid is known */
    QC_ENDED,   /* the main process has ended, or was never started (step != 0) */
    QC_CLEAN,   /* the tree of a run that ended before is gone now; the minder is free again */
};

/* Where starting a run failed. */
enum qc_step {
    QC_STEP_NONE = 0,
    QC_STEP_MINDER,      /* the minder could not be made */
    QC_STEP_DESCRIPTORS, /* the descriptors could not be handed over */
    QC_STEP_REQUEST,     /* the request could not be mapped, or makes no sense */
    QC_STEP_FORK,
    QC_STEP_SESSION,
    QC_STEP_CHDIR,
    QC_STEP_STDIO,
    QC_STEP_MEMORY, /* from here to QC_STEP_NICENESS: a limit could not be set */
    QC_STEP_CPU_SECONDS,
    QC_STEP_OPEN_FILES,
    QC_STEP_NICENESS,
    QC_STEP_IDENTITY, /* the user or a group could not be taken on */
    QC_STEP_EXEC,
};

/* Why a run was stopped. The worker chooses values above QC_REASON_TIMEOUT as it likes. */
enum qc_reason { QC_REASON_NONE = 0, QC_REASON_TIMEOUT = 1 };

/* Which descriptors come with a request, in this order after stdout and stderr. */
enum qc_request_flags {
    QC_HAS_STDIN = 1, /* without it: /dev/null */
    QC_HAS_BLOCK = 2, /* the block is in this descriptor (a memfd), not behind the header */
};

/* Limits of a run, besides those that it inherits; 0: none. Every process of the run has them for itself. */
struct qc_limits {
    uint64_t memory_bytes; /* of address space */
    uint64_t cpu_seconds;  /* XCPU is sent then, KILL QC_CPU_MARGIN_SECONDS later */
    uint64_t open_files;
    uint64_t niceness; /* added to the worker's */
};

/* How much CPU time a process has for ending after XCPU. */
#define QC_CPU_MARGIN_SECONDS 5

#define QC_GROUPS 64

/* As whom a run is to be started, by a worker of root. */
struct qc_identity {
    uint32_t is_set; /* 0: as the worker */
    uint32_t user;
    uint32_t group;
    uint32_t group_count;
    uint32_t groups[QC_GROUPS];
};

/*
 * A request. The block that follows holds `slots` 64-bit offsets from the block's start, then the strings they lead to:
 * working directory (0 = the guardian's), paths to try in turn, 0, arguments, 0, environment, 0.
 */
struct qc_request {
    uint32_t kind;
    uint32_t run;
    uint32_t flags;
    uint32_t slots;
    uint64_t block_bytes;
    int64_t timeout_ns; /* -1: none */
    int64_t grace_ns;   /* from TERM to KILL */
    struct qc_limits limits;
    struct qc_identity identity;
};

/*
 * What to do to a run that lasts; one that came too late is ignored.
 * A stop with grace 0 kills at once; a second one can shorten the grace, not lengthen it, and does not change the reason.
 * A run that is being stopped cannot be paused. One that is paused can be stopped.
 */
struct qc_order {
    uint32_t kind;
    uint32_t run;
    uint32_t number;
    uint32_t padding;
    int64_t grace_ns; /* of a stop */
};

struct qc_event {
    uint32_t kind;
    uint32_t run; /* 0: whichever run the minder was given (it never got to read it) */
    int32_t pid;
    int32_t status;    /* as from wait */
    uint32_t step;     /* enum qc_step; 0 if the process started */
    int32_t error;     /* errno of that step */
    uint32_t reason;   /* what the run was stopped for, before its main process ended by itself */
    uint32_t leftover; /* processes the main process left behind, which are being ended now */
    uint32_t clean;    /* nothing is left: the minder is free again */
    uint32_t padding;
    int64_t duration_ns; /* CLOCK_BOOTTIME, from before the fork to the end of the main process */
    int64_t user_us;
    int64_t system_us;
    int64_t max_resident_kb;
};

/* Largest request, header and block together, that fits a message. Larger blocks go into a memfd. */
#define QC_MESSAGE_BYTES 65536

struct qc_guardian {
    pid_t pid;
    int pidfd;   /* readable when the guardian has ended */
    int control; /* the worker's end; closing it (and the minders' sockets) ends guardian and minders */
};

/*
 * Starts a guardian. The working directory, umask and limits that jobs inherit are the caller's at this moment.
 * `group` is the path of an empty control group (version 2) that the guardian may do with as it likes, and removes when it ends;
 * or NULL.
 */
int qc_guardian_start(struct qc_guardian *guardian, const char *group);

/* Waits up to `timeout_ms` for the guardian to end, takes its zombie away, and closes its descriptors. */
void qc_guardian_reap(struct qc_guardian *guardian, int timeout_ms);

/* Asks the guardian at the end of `control` for a minder. Returns the worker's end of its connection, usable at once. */
int qc_minder_open(int control);

/* Sends a request; `block` behind the header, or in the last of the descriptors. Does not take the descriptors over. */
int qc_minder_run(int minder, const struct qc_request *request, const void *block, const int *fds, int fd_count);

/* Sends an order. */
int qc_minder_order(int minder, const struct qc_order *order);

/* Reads one event. 1: got one, 0: the minder is gone, -EAGAIN: nothing there. */
int qc_minder_read(int minder, struct qc_event *event);

/* Makes a pipe whose reading end does not block. Its writing end does: it is the job's, which does not expect EAGAIN. */
int qc_pipe(int *reader, int *writer);

/* Makes a file in memory with these bytes, positioned at its start. -1: see errno. */
int qc_memory_file(const void *bytes, size_t size);
