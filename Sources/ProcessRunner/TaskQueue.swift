import Synchronization

/// Tasks for a thread that also waits for other things: it is woken when it sleeps, and not when it is awake.
final class TaskQueue: TaskExecutor {
    private enum Thread {
        case awake
        /// It looks at no tasks before it is woken.
        case asleep
        case ended
    }

    private struct State {
        var jobs: [UnownedJob] = []
        var thread = Thread.awake
    }

    private let state = Mutex(State())
    private let wake: @Sendable () -> Void

    /// - Parameter wake: ends the thread's sleep. Called on any thread.
    init(wake: @escaping @Sendable () -> Void) {
        self.wake = wake
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let thread = state.withLock { state in
            let thread = state.thread
            guard thread != .ended else { return thread }
            state.jobs.append(job)
            state.thread = .awake
            return thread
        }
        switch thread {
        case .awake: break
        case .asleep: wake()
        case .ended: globalConcurrentExecutor.enqueue(job)
        }
    }

    // MARK: The thread

    /// Runs what has come in by now. What comes meanwhile has its turn next, after other things.
    func runAll() {
        let jobs = state.withLock { state in
            let jobs = state.jobs
            state.jobs = []
            return jobs
        }
        for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    /// Says that the thread is about to sleep. Returns false if it must not: there is something to run.
    func fallAsleep() -> Bool {
        state.withLock { state in
            guard state.jobs.isEmpty else { return false }
            state.thread = .asleep
            return true
        }
    }

    /// Says that the thread is awake.
    func wakeUp() {
        state.withLock { $0.thread = .awake }
    }

    /// Says that the thread runs nothing any more.
    func end() {
        let left = state.withLock { state in
            state.thread = .ended
            defer { state.jobs = [] }
            return state.jobs
        }
        for job in left { globalConcurrentExecutor.enqueue(job) }
    }
}
