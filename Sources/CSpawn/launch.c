/* Fork and exec, without copying page tables: the child borrows the minder's memory until it has exec'd (CLONE_VFORK). */
#include "guard.h"

#include <fcntl.h>
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

static void child_main(void *argument) {
    struct launch *launch = argument;
    long result;
    if ((result = raw0(SYS_setsid)) < 0) fail(launch, QC_STEP_SESSION, result);
    /* Should the minder and the guardian be killed together, the main process at least goes with them. */
    raw2(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL);
    if (launch->directory != NULL && (result = raw1(SYS_chdir, launch->directory)) < 0)
        fail(launch, QC_STEP_CHDIR, result);
    if (launch->stdin_fd >= 0 && (result = raw3(SYS_dup3, launch->stdin_fd, 0, 0)) < 0)
        fail(launch, QC_STEP_STDIO, result);
    if ((result = raw3(SYS_dup3, launch->stdout_fd, 1, 0)) < 0) fail(launch, QC_STEP_STDIO, result);
    if ((result = raw3(SYS_dup3, launch->stderr_fd, 2, 0)) < 0) fail(launch, QC_STEP_STDIO, result);
    raw3(SYS_close_range, 3, ~0U, 0);
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
