import ProcessRunner
import QueueKit

/// The run of a job that this worker does not do: it is over before it has begun.
struct NoRun: RunningJob {
    private let ending: RunResult.Ending
    private var stopReason: StopReason?

    /// Stopped before it was begun.
    init(_ reason: StopReason) {
        ending = .notStarted("too late")
        stopReason = reason
    }

    /// - Parameter refusal: Of an unknown task, it says what the worker runs: `processes`, or `the tasks "a", "b"`.
    init(_ refusal: JobRules.Refusal, of job: Job, worker: WorkerID) {
        switch refusal {
        case .unknown(let known):
            let wanted: String
            switch job.command {
            case .task(let name, _): wanted = "the task \(TerminalText.quotedForMessage(name))"
            case .shell, .argv, nil: wanted = "commands"
            }
            ending = .unknownTask("the worker \(worker) does not know \(wanted): it runs \(known)")
        case .unavailable(let problem): ending = .notStarted(problem)
        case .noSecret(let problem): ending = .noSecret(problem)
        case .arguments(let problem): ending = .refused(reason: "invalid_args", problem)
        case .forbidden(let rule, let problem):
            ending = .refused(reason: "refused", "refused by the rule \(rule) of the worker \(worker): \(problem)")
        }
    }

    func result() async -> RunResult { RunResult(ending: ending, stopReason: stopReason) }

    // There is nothing to stop, to halt or to signal.
    func stop(_ reason: StopReason, grace: Duration?) {}
    func kill(_ reason: StopReason) {}
    func signal(_ number: Int32) {}
    func pause() {}
    func resume() {}
}
