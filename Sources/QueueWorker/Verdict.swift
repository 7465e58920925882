import ProcessRunner
import QueueKit

/// Decides what becomes of a job after a run. Pure: given the same, it always says the same.
enum Verdict {
    /// - Parameter jitter: 0...1, how much of the tenth is added to a retry's wait.
    static func settlement(of claimed: ClaimedJob, after result: RunResult, jitter: Double) -> Settlement {
        let job = claimed.job
        var settlement = Settlement(id: job.id, token: claimed.token, outcome: .completed)
        if let damage = job.corrupt {
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
        case .threw, .notStarted, .noSecret, .unknownTask, .refused, .exhausted, .lost: break
        }
        let meaning = meaning(of: result.ending, for: job)
        // What has run to a good end is done, even if somebody wanted it stopped at the last moment. With any other
        // code it may only have obeyed, so there the stop decides.
        if meaning == .success, result.stopReason != .timeout { return settlement }
        (settlement.outcome, settlement.reason, settlement.error) =
            stopped(result.stopReason) ?? ended(job, result, meaning, jitter: jitter)
        return settlement
    }

    private typealias Judgement = (outcome: Settlement.Outcome, reason: String, error: String)

    private static func meaning(of ending: RunResult.Ending, for job: Job) -> ExitCodes.Meaning {
        switch ending {
        case .exited(let code): job.exitCodes.meaning(of: Int(code))
        case .succeeded: .success
        case .refused: .fatal
        case .signalled, .threw, .notStarted, .noSecret, .unknownTask, .exhausted, .lost: .failure
        }
    }

    /// What becomes of a job that was stopped through no fault of its own.
    private static func stopped(_ reason: StopReason?) -> Judgement? {
        switch reason {
        case .cancelled: (.cancelled, "cancelled", "cancelled while it ran")
        case .leaseLost: (.released, "lease_lost", "stopped: the worker could not renew its lease")
        case .shutdown: (.released, "shutdown", "stopped: the worker was shut down")
        case .timeout, nil: nil
        }
    }

    /// What becomes of a job that ended by itself, or had used up its time.
    private static func ended(
        _ job: Job,
        _ result: RunResult,
        _ meaning: ExitCodes.Meaning,
        jitter: Double
    ) -> Judgement {
        if case .exhausted(let why) = result.ending { return (.released, "exhausted", why) }
        let failure = Failure(of: job, result)
        if result.stopReason != .timeout {
            switch meaning {
            case .fatal: return (.dead, failure.fatalReason, failure.text)
            case .snooze(let wait): return (.snoozed(for: wait), "snoozed", failure.text)
            case .success, .failure: break
            }
        }
        return (next(for: job, result, jitter: jitter), failure.reason, failure.text)
    }

    private static func next(for job: Job, _ result: RunResult, jitter: Double) -> Settlement.Outcome {
        let policy = job.retryPolicy
        let failures = job.failures + 1
        if let most = result.maxRetries, failures > most { return .dead }
        guard policy.allowsRetry(afterFailures: failures) else { return .dead }
        return .retry(after: policy.delay(beforeRetry: failures, jitter: jitter))
    }
}
