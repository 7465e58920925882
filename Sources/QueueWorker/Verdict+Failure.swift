import ProcessRunner
import QueueKit

extension Verdict {
    /// Why a run did not succeed: a word for programs, of which each kind of ending has its own, and a line for people.
    struct Failure {
        let reason: String
        let text: String
        /// The word where retries are no use.
        let fatalReason: String

        init(of job: Job, _ result: RunResult) {
            let (reason, text) = Self.describe(job, result)
            self.reason = reason
            fatalReason = if case .refused = result.ending { reason } else { "fatal" }
            // What the program itself had to say comes last: it may be long.
            self.text = text + (result.lastErrorLine.map { ": \($0)" } ?? "")
        }

        private static func describe(_ job: Job, _ result: RunResult) -> (reason: String, text: String) {
            if result.stopReason == .timeout {
                return (
                    "timeout",
                    "timed out" + ((result.timeout ?? job.timeout).map { " after \(DurationText.format($0))" } ?? "")
                )
            }
            if result.isOverCPULimit {
                return ("cpu_limit", "used up its CPU time" + (job.cpuSeconds.map { " of \($0) s" } ?? ""))
            }
            if result.isOutOfMemory { return ("out_of_memory", "killed by the kernel, which was out of memory") }
            switch result.ending {
            case .exited(let code): return ("exit", "exited with code \(code)")
            case .signalled(let number): return ("signal", "killed by \(SignalName.of(number))")
            case .lost: return ("lost", "what watched the process was killed, and the process with it")
            case .threw(let error): return ("error", error)
            case .notStarted(let why): return ("spawn_failure", why)
            case .noSecret(let why): return ("secret_unavailable", why)
            case .refused(let reason, let why): return (reason, why)
            case .unknownTask(let why): return ("unknown_task", why)
            case .exhausted(let why): return ("exhausted", why)
            case .succeeded: return ("timeout", "timed out")
            }
        }
    }
}
