import CSpawn
import Glibc
import Synchronization

/// Runs commands as process trees of which nothing survives the run.
///
/// A run is a main process in a session of its own, and all its descendants. When the main process ends, for whatever reason, what is
/// left of the tree gets TERM, the grace, KILL. When the worker ends, for whatever reason (`kill -9` too), everything is killed.
///
/// ## How
/// The runner forks a *guardian*, and the guardian makes a *minder* for each run at a time (kept for the next run). Minders are child
/// subreapers: whatever a run daemonises becomes a child of its own minder, so that belonging to a run is a fact that the kernel keeps,
/// not something inferred from sessions or environments. Both outlive the worker for as long as there is something to kill.
/// In `ps` they are `job-guardian`; their names are not the worker's, so that `pkill worker` does not take them along.
///
/// ## What holds where
/// - No descendant survives the end of its run (plus 100 ms, plus the grace), whether or not it called `setsid`, changed its process
///   group, its environment or its name, or was forked twice.
/// - The same when the worker is killed, crashes, or closes down, without the 100 ms and without the grace.
/// - A minder that is killed (`kill -9 $PPID` in a job) takes only its own run along: ``ProcessResult/Ending/lost``.
/// - When guardian *and* minder are killed, the main process dies with them; its descendants are on their own.
/// - Not killed can be what the kernel does not let us: processes stuck in the kernel, and those that became another user's (setuid).
///   They are asked again every second.
public final class ProcessRunner: Sendable {
    private let core: RunnerCore
    private let thread: Mutex<pthread_t?>

    /// Starts a guardian and the one thread that reads all output.
    ///
    /// Working directory, umask, niceness and resource limits of the jobs are those of the worker at this moment.
    /// - Throws: ``SpawnFailure`` if there is no process, thread, descriptor or memory to be had.
    public init() throws(SpawnFailure) {
        core = try RunnerCore()
        thread = Mutex(try startThread(core.run))
    }

    /// Starts a run. Never throws: what goes wrong is the result's ``ProcessResult/Ending/notStarted(_:)``. Does not wait for the process.
    public func start(_ spec: ProcessSpec) -> RunningProcess {
        core.start(spec)
    }

    /// Kills all runs at once (their stop reason is ``StopReason/shutdown``), delivers their results, and ends thread, minders and
    /// guardian. Blocks until that is done, which takes milliseconds, and 4 s at worst. Called again it does nothing.
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
