/* A minder: takes a run, starts it, watches it, ends it, and does not let go before nothing of it is left. */
#include "guard.h"

/* How long what a finished main process left behind may end by itself (`exec > >(tee log)` does) before it gets TERM. */
#define LINGER_NS (100 * GUARD_MS)

/* The worker is told the pid this much after the start, or with the end if that is sooner: one message less for short runs. */
#define ANNOUNCE_NS (5 * GUARD_MS)

struct run {
    uint32_t id;
    int pid, status;
    int is_alive, is_reported, is_terminating, is_paused, worker_is_gone;
    uint32_t reason;
    int64_t started, announce_at, timeout_at, timeout_left, linger_until, grace, kill_at, kill_pause;
    struct qc_event event; /* filled in as things happen */
};

static void send_event(struct minder *minder, struct qc_event *event) {
    raw6(SYS_sendto, minder->socket, (long)event, sizeof *event, MSG_DONTWAIT | MSG_NOSIGNAL, 0, 0);
}

static void add_usage(struct run *run, const struct rusage *usage) {
    run->event.user_us += usage->ru_utime.tv_sec * 1000000LL + usage->ru_utime.tv_usec;
    run->event.system_us += usage->ru_stime.tv_sec * 1000000LL + usage->ru_stime.tv_usec;
    if (usage->ru_maxrss > run->event.max_resident_kb) run->event.max_resident_kb = usage->ru_maxrss;
}

/* Takes away who has ended. Returns whether anyone is left. */
static int reap(struct run *run) {
    for (;;) {
        int status;
        struct rusage usage;
        long pid = raw4(SYS_wait4, -1, &status, WNOHANG | __WALL, &usage);
        if (pid <= 0) return pid != -ECHILD;
        add_usage(run, &usage);
        if (pid != run->pid || !run->is_alive) continue;
        int64_t now = guard_now();
        run->is_alive = 0;
        run->linger_until = now + LINGER_NS;
        run->event.status = status;
        run->event.reason = run->reason;
        run->event.duration_ns = now - run->started;
    }
}

static void report(struct minder *minder, struct run *run, int kind, int leftover, int clean) {
    run->is_reported = 1;
    run->event.kind = (uint32_t)kind;
    run->event.leftover = (uint32_t)leftover;
    run->event.clean = (uint32_t)clean;
    send_event(minder, &run->event);
}

/* TERM to the tree once, and KILL when the grace is over. */
static void terminate(struct run *run, int64_t now, int64_t grace) {
    int64_t kill_at = guard_later(now, grace);
    if (kill_at < run->kill_at) run->kill_at = kill_at;
    if (run->is_terminating || grace <= 0) return;
    run->is_terminating = 1;
    tree_signal(SIGTERM);
    tree_signal(SIGCONT); /* who is stopped would not see it */
}

static void stop(struct run *run, int64_t now, uint32_t reason, int64_t grace) {
    if (run->reason == QC_REASON_NONE) run->reason = reason;
    terminate(run, now, grace);
}

static void pause_run(struct run *run, int64_t now) {
    /* The grace is for ending in, not for lying still. */
    if (run->is_paused || run->kill_at < GUARD_NEVER) return;
    run->is_paused = 1;
    run->timeout_left = run->timeout_at < GUARD_NEVER ? run->timeout_at - now : GUARD_NEVER;
    run->timeout_at = GUARD_NEVER;
    tree_pause();
}

static void resume_run(struct run *run, int64_t now) {
    if (!run->is_paused || run->kill_at < GUARD_NEVER) return;
    run->is_paused = 0;
    run->timeout_at = guard_later(now, run->timeout_left);
    tree_signal(SIGCONT);
}

static void obey(struct run *run, int64_t now, const struct qc_order *order) {
    if (order->run != run->id) return; /* meant for the run before */
    switch (order->kind) {
    case QC_STOP: stop(run, now, order->number, order->grace_ns); break;
    /* Nobody else can wait for the main process, so its number is its own for as long as it is alive to us. */
    case QC_SIGNAL:
        if (run->is_alive) raw_kill(-run->pid, (int)order->number);
        break;
    case QC_PAUSE: pause_run(run, now); break;
    case QC_RESUME: resume_run(run, now); break;
    }
}

/* Kills what is there. Whoever forks meanwhile is met in the next round, if the group has not caught it. */
static void kill_tree(struct minder *minder) {
    if (minder->group != 0) {
        if (!minder->is_outside) minder->is_outside = group_enter(0) == 0;
        if (minder->is_outside) group_kill(minder->group);
    }
    tree_kill_children(NULL);
}

static void act_on_deadlines(struct minder *minder, struct run *run, int64_t now) {
    if (run->is_alive && now >= run->announce_at) {
        run->announce_at = GUARD_NEVER;
        run->event.kind = QC_STARTED;
        send_event(minder, &run->event);
    }
    if (run->is_alive && now >= run->timeout_at) {
        run->timeout_at = GUARD_NEVER;
        stop(run, now, QC_REASON_TIMEOUT, run->grace);
    }
    if (!run->is_alive && now >= run->linger_until) {
        run->linger_until = GUARD_NEVER;
        report(minder, run, QC_ENDED, tree_signal(0), 0);
        terminate(run, now, run->grace);
    }
    if (now >= run->kill_at) {
        kill_tree(minder);
        /* Who does not go (stuck in the kernel, or someone else's by setuid) is asked again, ever less often. */
        run->kill_at = now + run->kill_pause;
        if (run->kill_pause < 1000 * GUARD_MS) run->kill_pause *= 2;
    }
}

static int64_t next_deadline(const struct run *run) {
    int64_t deadline = run->kill_at;
    if (run->is_alive && run->announce_at < deadline) deadline = run->announce_at;
    if (run->is_alive && run->timeout_at < deadline) deadline = run->timeout_at;
    if (!run->is_alive && run->linger_until < deadline) deadline = run->linger_until;
    return deadline;
}

static void kill_for_want_of_worker(struct run *run, int64_t now) {
    run->worker_is_gone = 1;
    stop(run, now, QC_REASON_NONE, 0);
}

/* Waits for a child's end, an order, the worker's end, or a deadline. */
static void wait_and_listen(struct minder *minder, struct run *run, int64_t now) {
    struct pollfd fds[3] = {
        {guard_fds.signals, POLLIN, 0},
        {run->worker_is_gone ? -1 : minder->socket, POLLIN, 0},
        {run->worker_is_gone ? -1 : guard_fds.worker, POLLIN, 0},
    };
    guard_poll(fds, 3, now, next_deadline(run));
    now = guard_now();
    if (fds[0].revents) {
        guard_clear_signals();
        /* While killing: what the dead left behind is ours now, and next. */
        if (run->kill_at < GUARD_NEVER && run->kill_pause > 10 * GUARD_MS) run->kill_at = now;
    }
    if (fds[1].revents) {
        struct qc_order order;
        long size = raw6(SYS_recvfrom, minder->socket, (long)&order, sizeof order, MSG_DONTWAIT, 0, 0);
        if (size == 0) kill_for_want_of_worker(run, now);
        if (size == sizeof order) obey(run, now, &order);
    }
    if (fds[2].revents) kill_for_want_of_worker(run, now);
}

static void watch(struct minder *minder, struct run *run) {
    while (reap(run)) {
        int64_t now = guard_now();
        act_on_deadlines(minder, run, now);
        wait_and_listen(minder, run, now);
    }
    if (minder->is_outside) minder->is_outside = group_enter(minder->group) != 0;
    report(minder, run, run->is_reported ? QC_CLEAN : QC_ENDED, 0, 1);
}

static void start(struct minder *minder, struct parcel *parcel) {
    struct run run = {0};
    struct launch launch = {0};
    int error = 0;
    run.id = run.event.run = parcel->request.run;
    run.event.step = (uint32_t)parcel_open(parcel, minder, &launch, &error);
    run.event.error = error;
    if (run.event.step == 0) {
        run.started = guard_now();
        run.pid = (int)launch_process(&launch, minder);
        run.event.step = (uint32_t)launch.step;
        run.event.error = launch.error;
    }
    parcel_close(parcel, minder);
    if (run.event.step != 0) {
        report(minder, &run, QC_ENDED, 0, 1);
        parcel_close_pipes(parcel);
        return;
    }
    run.is_alive = 1;
    run.event.pid = run.pid;
    run.grace = parcel->request.grace_ns;
    run.timeout_at = parcel->request.timeout_ns < 0 ? GUARD_NEVER : guard_later(run.started, parcel->request.timeout_ns);
    run.kill_at = GUARD_NEVER;
    run.kill_pause = 10 * GUARD_MS;
    run.announce_at = run.started + ANNOUNCE_NS;
    watch(minder, &run);
    parcel_close_pipes(parcel);
}

void minder_main(void *argument) {
    struct minder *minder = argument;
    raw2(SYS_prctl, PR_SET_CHILD_SUBREAPER, 1);
    raw2(SYS_prctl, PR_SET_NAME, "job-minder");
    struct qc_event hello = {0};
    hello.kind = QC_READY;
    send_event(minder, &hello);
    for (;;) {
        struct pollfd fds[2] = {{minder->socket, POLLIN, 0}, {guard_fds.worker, POLLIN, 0}};
        guard_poll(fds, 2, 0, GUARD_NEVER);
        struct parcel parcel;
        long size = fds[0].revents ? parcel_receive(&parcel, minder) : -EAGAIN;
        if (size == 0 || fds[1].revents) raw_exit(0);
        if (size < (long)sizeof parcel.request) continue; /* an order that came too late, or nothing */
        start(minder, &parcel);
    }
}
