/* The guardian: makes minders, and cleans up after one that was killed. */
#include "guard.h"

#include <fcntl.h>
#include <sys/mman.h>

static struct minder *minders;
static struct minder *killed; /* by somebody, and something may be left in their groups */
static int control_fd;

void guard_poll(struct pollfd *fds, int count, int64_t now, int64_t deadline) {
    struct timespec pause = {0, 0};
    if (deadline > now && deadline < GUARD_NEVER) {
        pause.tv_sec = (deadline - now) / 1000000000LL;
        pause.tv_nsec = (deadline - now) % 1000000000LL;
    }
    if (raw5(SYS_ppoll, fds, count, deadline == GUARD_NEVER ? NULL : &pause, NULL, 0) <= 0)
        for (int i = 0; i < count; i++) fds[i].revents = 0;
}

void guard_clear_signals(void) {
    char discarded[128 * 2]; /* struct signalfd_siginfo */
    raw_read(guard_fds.signals, discarded, sizeof discarded);
}

static int is_minder(int pid) {
    for (struct minder *minder = minders; minder != NULL; minder = minder->next)
        if (minder->pid == pid) return 1;
    return 0;
}

static void *map_memory(size_t bytes) {
    long memory = raw6(SYS_mmap, 0, (long)bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory < 0 && memory > -4096 ? NULL : (void *)memory;
}

static void begin_minder(void *argument) {
    struct minder *minder = argument;
    /* Descriptors are not shared between minders: when one dies its connection closes, and the worker knows. Besides 0...2,
       the worker's pidfd and the signalfd it needs none but its own. */
    raw3(SYS_dup3, minder->socket, control_fd, O_CLOEXEC);
    minder->socket = control_fd;
    if (minder->group != 0 && group_enter(minder->group) < 0) minder->group = 0;
    raw3(SYS_close_range, guard_fds.signals + 1, control_fd - 1, 0);
    raw3(SYS_close_range, control_fd + 1, ~0U, 0);
    minder_main(minder);
}

static void make_minder(int socket) {
    struct minder *minder = map_memory(sizeof *minder);
    long pid = -ENOMEM;
    if (minder != NULL) {
        minder->socket = socket;
        minder->group = group_make();
        pid = raw_clone(CLONE_VM | SIGCHLD, minder->stack + MINDER_STACK, NULL, begin_minder, minder);
    }
    if (pid < 0) {
        struct qc_event event = {0};
        event.kind = QC_ENDED;
        event.step = QC_STEP_MINDER;
        event.error = (int)-pid;
        raw6(SYS_sendto, socket, (long)&event, sizeof event, MSG_DONTWAIT | MSG_NOSIGNAL, 0, 0);
        if (minder != NULL) {
            if (minder->group != 0) group_remove(minder->group);
            raw2(SYS_munmap, minder, sizeof *minder);
        }
    } else {
        minder->pid = (int)pid;
        minder->next = minders;
        minders = minder;
    }
    raw_close(socket);
}

/* Takes away who has ended. Returns whether anyone is left. */
static int reap_minders(int *has_orphans) {
    for (;;) {
        int status;
        long pid = raw4(SYS_wait4, -1, &status, WNOHANG | WUNTRACED | __WALL, 0);
        if (pid <= 0) return pid != -ECHILD;
        if (WIFSTOPPED(status)) {
            /* A minder that a job has stopped would neither keep its timeout nor notice the end of the worker. */
            raw_kill((int)pid, SIGCONT);
            continue;
        }
        for (struct minder **link = &minders; *link != NULL; link = &(*link)->next) {
            struct minder *minder = *link;
            if (minder->pid != pid) continue;
            *link = minder->next;
            if (status == 0) {
                if (minder->group != 0) group_remove(minder->group);
                raw2(SYS_munmap, minder, sizeof *minder);
            } else {
                /* Its memory is left alone: a child of it may be about to exec from there. */
                if (minder->group != 0) group_kill(minder->group);
                minder->next = killed;
                killed = minder;
                *has_orphans = 1;
            }
            break;
        }
    }
}

/* Removes the groups of minders that were killed, when everything in them is gone. */
static void remove_groups_of_killed(void) {
    for (struct minder **link = &killed; *link != NULL;) {
        struct minder *minder = *link;
        if (minder->group == 0 || group_remove(minder->group) == 0)
            *link = minder->next;
        else
            link = &minder->next;
    }
}

/* Receives the descriptor of a minder to make, or -1; *is_over at end of file. */
static int receive_socket(int *is_over) {
    char byte;
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
    struct iovec part = {&byte, 1};
    struct msghdr message = {0};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    long size = raw3(SYS_recvmsg, control_fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    *is_over = size == 0;
    struct cmsghdr *header = size > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    return header == NULL ? -1 : *(int *)(void *)CMSG_DATA(header);
}

void guardian_main(void *argument) {
    const struct guardian_setup *setup = argument;
    if (setup->group != NULL) group_set_base(setup->group);
    control_fd = guard_inherit(setup->control, setup->worker);
    int worker_is_gone = 0, has_orphans = 0;
    int64_t pause = 10 * GUARD_MS;
    for (;;) {
        int has_children = reap_minders(&has_orphans);
        if (worker_is_gone && !has_children) {
            group_remove(0);
            raw_exit(0);
        }
        if (has_orphans && tree_kill_children(is_minder) == 0) {
            has_orphans = 0;
            remove_groups_of_killed();
        }
        pause = has_orphans && pause < 1000 * GUARD_MS ? pause * 2 : 10 * GUARD_MS;
        struct pollfd polled[3] = {
            {guard_fds.signals, POLLIN, 0},
            {worker_is_gone ? -1 : control_fd, POLLIN, 0},
            {worker_is_gone ? -1 : guard_fds.worker, POLLIN, 0},
        };
        guard_poll(polled, 3, 0, has_orphans ? pause : GUARD_NEVER);
        if (polled[0].revents) guard_clear_signals();
        if (polled[1].revents) {
            int is_over, socket = receive_socket(&is_over);
            if (socket >= 0) make_minder(socket);
            if (is_over) worker_is_gone = 1;
        }
        if (polled[2].revents) worker_is_gone = 1;
    }
}
