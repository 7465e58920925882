/* Fork and exec, without copying page tables: the child borrows the minder's memory until it has exec'd (CLONE_VFORK). */
#include "guard.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>

static void fail(struct launch *launch, int step, long error) {
    launch->error = (int)-error;
    launch->step = step;
    raw_exit(127);
}

static int is_worth_another_path(long error) {
    return error == -ENOENT || error == -ENOTDIR || error == -EACCES || error == -ESTALE || error == -ENODEV
        || error == -ETIMEDOUT;
}

static void limit(struct launch *launch, int step, int resource, uint64_t soft, uint64_t hard) {
    uint64_t limit[2] = {soft, hard};
    if (soft == 0) return;
    long result = raw4(SYS_prlimit64, 0, resource, limit, NULL);
    if (result < 0) fail(launch, step, result);
}

static void set_limits(struct launch *launch) {
    const struct qc_limits *limits = launch->limits;
    limit(launch, QC_STEP_MEMORY, RLIMIT_AS, limits->memory_bytes, limits->memory_bytes);
    limit(launch, QC_STEP_OPEN_FILES, RLIMIT_NOFILE, limits->open_files, limits->open_files);
    limit(launch, QC_STEP_CPU_SECONDS, RLIMIT_CPU, limits->cpu_seconds, limits->cpu_seconds + QC_CPU_MARGIN_SECONDS);
    if (limits->niceness == 0) return;
    /* The kernel answers 20 less the niceness, so that an answer is never negative, and cuts off what is too nice. */
    long niceness = 20 - raw2(SYS_getpriority, PRIO_PROCESS, 0) + (long)limits->niceness;
    long result = raw3(SYS_setpriority, PRIO_PROCESS, 0, niceness);
    if (result < 0) fail(launch, QC_STEP_NICENESS, result);
}

/* Takes on another user for good. The minder stays root's, and can end whatever comes of this. */
static void become(struct launch *launch) {
    const struct qc_identity *identity = launch->identity;
    if (!identity->is_set) return;
    /* So that the run can open /dev/stdout and /dev/stderr too. */
    raw3(SYS_fchown, 1, identity->user, identity->group);
    raw3(SYS_fchown, 2, identity->user, identity->group);
    long result = raw2(SYS_setgroups, identity->group_count, (long)identity->groups);
    if (result >= 0) result = raw3(SYS_setresgid, identity->group, identity->group, identity->group);
    if (result >= 0) result = raw3(SYS_setresuid, identity->user, identity->user, identity->user);
    if (result >= 0 && identity->user != 0) {
        /* All others went with the user; those that programs inherit would stay. */
        struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
        struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0, 0, 0}, {0, 0, 0}};
        result = raw2(SYS_capset, &header, none);
    }
    if (result < 0) fail(launch, QC_STEP_IDENTITY, result);
    /* Lost with the user. */
    raw2(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL);
}

static void child_main(void *argument) {
    struct launch *launch = argument;
    long result;
    if ((result = raw0(SYS_setsid)) < 0) fail(launch, QC_STEP_SESSION, result);
    /* Should the minder and the guardian be killed together, the main process at least goes with them. */
    raw2(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL);
    if (launch->stdin_fd >= 0 && (result = raw3(SYS_dup3, launch->stdin_fd, 0, 0)) < 0)
        fail(launch, QC_STEP_STDIO, result);
    if ((result = raw3(SYS_dup3, launch->stdout_fd, 1, 0)) < 0) fail(launch, QC_STEP_STDIO, result);
    if ((result = raw3(SYS_dup3, launch->stderr_fd, 2, 0)) < 0) fail(launch, QC_STEP_STDIO, result);
    raw3(SYS_close_range, 3, ~0U, 0);
    set_limits(launch);
    become(launch);
    /* By the rights that the run has. */
    if (launch->directory != NULL && (result = raw1(SYS_chdir, launch->directory)) < 0)
        fail(launch, QC_STEP_CHDIR, result);
    /* The guardian set every signal to its default when it began; only the mask is left to undo. */
    raw_block_signals(0);
    long error = -ENOENT;
    for (char **path = launch->paths; *path != NULL; path++) {
        result = raw3(SYS_execve, *path, launch->arguments, launch->environment);
        /* "Permission denied" for one of several says more than "not found" for the rest, as in execvp. */
        if (error != -EACCES || !is_worth_another_path(result)) error = result;
        if (!is_worth_another_path(result)) break;
    }
    fail(launch, QC_STEP_EXEC, error);
}

long launch_process(struct launch *launch, struct minder *minder) {
    launch->step = 0;
    launch->error = 0;
    long pid = raw_clone(CLONE_VM | CLONE_VFORK | SIGCHLD, minder->launch_stack + LAUNCH_STACK, NULL, child_main, launch);
    if (pid < 0) {
        launch->step = QC_STEP_FORK;
        launch->error = (int)-pid;
        return pid;
    }
    if (launch->step == 0) return pid;
    raw4(SYS_wait4, pid, 0, __WALL, 0);
    return -launch->error;
}
