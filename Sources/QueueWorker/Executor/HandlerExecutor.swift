import ProcessRunner
import QueueKit
import Synchronization

/// Runs jobs in this process, by a function: for Swift services that bring their own handlers.
///
/// A handler that throws fails the job; one that returns completes it. It is stopped by cancelling its task, so
/// it has to look at `Task.isCancelled`, or call what does. A handler that does not end holds its slot and its lease.
/// It cannot be signalled or paused: both do nothing.
public struct HandlerExecutor: JobExecutor {
    /// Does the work of a job.
    public typealias Handler = @Sendable (Job, RunContext) async throws -> Void

    private let handler: Handler?
    private let tasks: [String: Handler]

    /// Makes an executor that calls this function for each job.
    public init(_ handler: @escaping Handler) {
        self.handler = handler
        tasks = [:]
    }

    /// Makes an executor that calls a function for each `task`, by its name; its arguments are `job.arguments`.
    ///
    /// A job with another task, or with a command, fails as `unknown_task`, and is retried like any other: so workers of one queue
    /// may know different tasks.
    public init(tasks: [String: Handler]) {
        handler = nil
        self.tasks = tasks
    }

    /// Begins to run a job.
    public func start(_ claimed: ClaimedJob, context: RunContext) -> any RunningJob {
        let job = claimed.job
        if let handler { return HandlerRun(job: job, context: context, handler: handler) }
        guard case .task(let name, _) = job.command, let task = tasks[name] else {
            return NoRun(.unknown(known), of: job, worker: context.worker)
        }
        return HandlerRun(job: job, context: context, handler: task)
    }

    private var known: String {
        let names = tasks.keys.sorted().map(TerminalText.quotedForMessage).joined(separator: ", ")
        return TerminalText.shorten("the tasks \(names)", to: 200)
    }

    /// Does nothing: tasks cannot be ended from outside.
    public func shutdown() {}
}

private final class HandlerRun: RunningJob {
    private let task: Task<RunResult, Never>
    private let stopReason: Mutex<StopReason?>
    private let timer = Mutex<Task<Void, any Error>?>(nil)

    init(job: Job, context: RunContext, handler: @escaping HandlerExecutor.Handler) {
        stopReason = Mutex(nil)
        task = Task {
            let clock = ContinuousClock()
            let start = clock.now
            do {
                try await handler(job, context)
                return RunResult(ending: .succeeded, duration: clock.now - start)
            } catch {
                return RunResult(ending: .threw(Self.line(error)), duration: clock.now - start)
            }
        }
        if let timeout = job.timeout {
            let timer = Task { [weak self] in
                try await Task.sleep(for: timeout)
                self?.stop(.timeout, grace: nil)
            }
            self.timer.withLock { $0 = timer }
        }
    }

    /// One line, and no longer than a line should be: it is kept with the job.
    private static func line(_ error: any Error) -> String {
        TerminalText.shorten(TerminalText.escape(String(describing: error)), to: 200)
    }

    func result() async -> RunResult {
        var result = await task.value
        // Else one would sleep on for each job that ended in time.
        timer.withLock { $0.take() }?.cancel()
        result.stopReason = stopReason.withLock { $0 }
        return result
    }

    func stop(_ reason: StopReason, grace: Duration?) {
        stopReason.withLock { if $0 == nil { $0 = reason } }
        task.cancel()
    }

    func kill(_ reason: StopReason) {
        stop(reason, grace: nil)
    }

    // A task can be asked to end, and nothing else.
    func signal(_ number: Int32) {}
    func pause() {}
    func resume() {}
}
