import ProcessRunner
import QueueKit

/// The run of a job that this worker does not know how to do: it is over before it has begun.
///
/// It counts as a failure like any other, so that its retries may reach a worker that knows it.
struct UnknownTask: RunningJob {
    private let reason: String

    /// - Parameter known: What the worker runs: `processes`, or `the tasks "a", "b"`.
    init(_ job: Job, worker: WorkerID, known: String) {
        let wanted: String
        switch job.command {
        case .task(let name, _): wanted = "the task \(TerminalText.quotedForMessage(name))"
        case .shell, .argv, nil: wanted = "commands"
        }
        reason = "the worker \(worker) does not know \(wanted): it runs \(known)"
    }

    func result() async -> RunResult { RunResult(ending: .unknownTask(reason)) }

    // There is nothing to stop, to halt or to signal.
    func stop(_ reason: StopReason, grace: Duration?) {}
    func kill(_ reason: StopReason) {}
    func signal(_ number: Int32) {}
    func pause() {}
    func resume() {}
}
