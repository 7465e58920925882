import CSpawn
import Glibc
import Synchronization

/// Runs commands as process trees of which nothing survives the run.
///
/// A run is a main process in a session of its own, and all its descendants. When the main process ends, for whatever reason,
/// what is left of the tree gets TERM, the grace, KILL. When the worker ends, for whatever reason (`kill -9` too), everything
/// is killed.
///
/// ## How
/// The runner forks a *guardian*, and the guardian makes a *minder* for each run at a time (kept for the next run). Minders are
/// child subreapers: whatever a run daemonises becomes a child of its own minder, so that belonging to a run is a fact that
/// the kernel keeps, not something inferred from sessions or environments. Guardian and minders outlive the worker for as long
/// as there is something to kill. In `ps` they are `job-guardian`; they share no name with the worker, so that
/// `pkill <worker>` does not take them along, and of the usual signals only KILL does anything to them.
///
/// ## What holds where
/// - No descendant survives the end of its run by more than 100 ms and the grace, whether or not it called `setsid`, changed
///   its process group, its environment or its name, or was forked twice.
/// - The same when the worker is killed or closes down, without the 100 ms and without the grace. (A worker that dumps core
///   ends when the core is written.)
/// - A minder that is killed (`kill -9 $PPID` in a job) takes only its own run along: ``ProcessResult/Ending/lost``. A guardian
///   that is killed is replaced; its runs go on.
/// - Where the worker can make control groups (version 2), the kernel kills what is in them, besides: also what became another
///   user's by setuid, what forks new sessions faster than they can be listed, and what is left when guardian *and* minder
///   are killed. Elsewhere the first needs a worker that is root, the second a limit on processes, and of the third only the
///   main process dies.
/// - Processes stuck in the kernel are asked again every second.
///
/// Needs Linux 5.9 with `/proc`. Under systemd use `KillMode=mixed`: otherwise a stop sends TERM to the jobs themselves.
public final class ProcessRunner: Sendable {
    private let core: RunnerCore
    private let thread: Mutex<pthread_t?>

    /// Starts a guardian and the one thread that reads all output.
    ///
    /// Working directory, umask, niceness and resource limits of the jobs are those of the worker at this moment. A worker that
    /// forks itself into the background does so before: the runs belong to the process that makes the runner.
    /// - Throws: ``SpawnFailure`` if there is no process, thread, descriptor or memory to be had.
    public convenience init() throws(SpawnFailure) {
        try self.init(.own())
    }

    /// As if the worker were in these control groups.
    init(_ groups: ControlGroups) throws(SpawnFailure) {
        core = try RunnerCore(groups)
        thread = Mutex(try startThread(core.run))
    }

    /// Starts a run, without waiting for its process to exist.
    ///
    /// Costs some 30 microseconds on the calling thread. Throws nothing: what goes wrong is the result's
    /// ``ProcessResult/Ending/notStarted(_:)``.
    public func start(_ spec: ProcessSpec) -> RunningProcess {
        core.start(spec)
    }

    /// Runs tasks on the thread that hears of the ends of runs, so that whoever waits for one goes on without waking another
    /// thread. They must not block, nor call ``shutdown()``. Tasks that come after that run on the pool.
    public var taskExecutor: any TaskExecutor { core.tasks }

    /// Kills all runs at once (their stop reason is ``StopReason/shutdown``), delivers their results, and ends thread, minders
    /// and guardian.
    ///
    /// Blocks until nothing is left, which takes milliseconds, and 4 s at worst. Happens by itself with the last reference.
    /// Called again it does nothing.
    public func shutdown() {
        let thread = thread.withLock { $0.take() }
        guard let thread else { return }
        core.close()
        pthread_join(thread, nil)
    }

    deinit { shutdown() }
}

/// Runs a function on a thread of its own, which is sent no signals.
private func startThread(_ body: @escaping @Sendable () -> Void) throws(SpawnFailure) -> pthread_t {
    final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }

    var thread = pthread_t()
    let context = Unmanaged.passRetained(Body(body))
    let result = pthread_create(
        &thread,
        nil,
        { context in
            guard let context else { return nil }
            Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
            return nil
        },
        context.toOpaque()
    )
    guard result == 0 else {
        context.release()
        throw SpawnFailure(.guardian, result, "cannot start the thread that reads output")
    }
    return thread
}
