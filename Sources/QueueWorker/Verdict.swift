import QueueKit

/// Decides what becomes of a job after a run. Pure: given the same, it always says the same.
enum Verdict {
    /// - Parameter jitter: 0...1, how much of the tenth is added to a retry's wait.
    static func settlement(of claimed: ClaimedJob, after result: RunResult, jitter: Double) -> Settlement {
        var settlement = Settlement(id: claimed.job.id, token: claimed.token, outcome: .completed)
        if let damage = claimed.job.corrupt {
            settlement.outcome = .dead
            settlement.reason = "corrupt"
            settlement.error = "the job's hash is damaged: \(damage)"
            return settlement
        }
        settlement.usage = result.usage
        switch result.ending {
        case .exited(let code): settlement.exitCode = code
        case .signalled(let number): settlement.signal = number
        case .succeeded: settlement.exitCode = 0
        case .threw, .notStarted, .exhausted, .lost: break
        }
        // What has run to a good end is done, even if somebody wanted it stopped at the last moment.
        if result.ending == .succeeded, result.stopReason != .timeout { return settlement }
        switch result.stopReason {
        case .cancelled:
            settlement.outcome = .cancelled
            settlement.reason = "cancelled"
            settlement.error = "cancelled while it ran"
        case .leaseLost:
            settlement.outcome = .released
            settlement.reason = "lease_lost"
            settlement.error = "stopped: the worker could not renew its lease"
        case .shutdown:
            settlement.outcome = .released
            settlement.reason = "shutdown"
            settlement.error = "stopped: the worker was shut down"
        case .timeout, nil:
            if case .exhausted(let why) = result.ending {
                settlement.outcome = .released
                settlement.reason = "exhausted"
                settlement.error = why
            } else {
                (settlement.reason, settlement.error) = failure(of: claimed.job, result)
                settlement.outcome = next(for: claimed.job, jitter: jitter)
            }
        }
        return settlement
    }

    private static func next(for job: Job, jitter: Double) -> Settlement.Outcome {
        let policy = job.retryPolicy
        let failures = job.failures + 1
        guard policy.allowsRetry(afterFailures: failures) else { return .dead }
        return .retry(after: policy.delay(beforeRetry: failures, jitter: jitter))
    }

    private static func failure(of job: Job, _ result: RunResult) -> (reason: String, error: String) {
        let said = result.lastErrorLine.map { ": \($0)" } ?? ""
        if result.stopReason == .timeout {
            let limit = job.timeout.map { " after \(DurationText.format($0))" } ?? ""
            return ("timeout", "timed out\(limit)\(said)")
        }
        switch result.ending {
        case .exited(let code): return ("exit", "exited with code \(code)\(said)")
        case .signalled(let number): return ("signal", "killed by \(SignalName.of(number))\(said)")
        case .lost: return ("lost", "what watched the process was killed, and the process with it\(said)")
        case .threw(let error): return ("error", error)
        case .notStarted(let why): return ("spawn_failure", why)
        case .exhausted(let why): return ("exhausted", why)
        case .succeeded: return ("timeout", "timed out")
        }
    }
}
