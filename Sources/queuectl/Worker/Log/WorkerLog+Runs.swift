import QueueKit
import QueueWorker

// What happens to one job.
extension WorkerLog {
    func started(_ job: Job) -> WorkerLogEntry {
        WorkerLogEntry("started", "\(title(of: job)) started: \(job.command?.description ?? "")", members(of: job))
    }

    func finished(
        _ job: Job,
        _ settlement: Settlement,
        _ state: JobState,
        after duration: Duration
    ) -> WorkerLogEntry {
        let took = WorkerLogEntry.rounded(duration)
        let why = settlement.error.map { ": \($0)" } ?? ""
        var wait: Duration?
        let outcome: String
        switch (state, settlement.outcome) {
        case (.completed, _): outcome = "completed in \(took)"
        case (.failed, .retry(let pause)):
            wait = pause
            let number = "\(job.failures + 1) of \(job.maxRetries)"
            outcome = "failed after \(took)\(why); retry \(number) in \(WorkerLogEntry.rounded(pause))"
        case (.scheduled, .snoozed(let pause)):
            wait = pause
            outcome = "snoozed after \(took)\(why); runs again in \(WorkerLogEntry.rounded(pause))"
        case (.dead, _):
            let end = settlement.reason == "fatal" ? "not to be tried again" : "no retries left"
            outcome = "dead after \(took)\(why); \(end), see `queuectl dlq show \(job.id)`"
        case (.cancelled, _): outcome = "cancelled after \(took)"
        case (.pending, _): outcome = "released after \(took)\(why); runs again"
        default: outcome = "\(state.rawValue) after \(took)\(why)"
        }
        var entry = WorkerLogEntry("finished", "\(title(of: job)) \(outcome)", members(of: job))
        entry.members += [("state", .string(state.rawValue)), ("duration", .seconds(duration))]
        entry.members += [("exit_code", .integer(settlement.exitCode.map(Int.init)))]
        entry.members += [("error", .optional(settlement.error))]
        if let wait { entry.members.append(("retry_in", .seconds(wait))) }
        return entry
    }

    func stale(_ job: Job) -> WorkerLogEntry {
        let text = "\(title(of: job)) does not count: its lease was lost and the job given to another worker"
        return WorkerLogEntry("stale", text, members(of: job))
    }

    func unsettled(_ job: Job) -> WorkerLogEntry {
        let text = "\(title(of: job)) could not be reported to Redis; it will run again when its lease ends"
        return WorkerLogEntry("unsettled", text, members(of: job))
    }

    func noteRefused(_ job: Job, _ why: String) -> WorkerLogEntry {
        let text = "\(title(of: job)) told something of itself that is left out: \(why)"
        return WorkerLogEntry("note_refused", text, members(of: job) + [("error", .string(why))])
    }

    func secretTooShort(_ job: Job, _ variable: String) -> WorkerLogEntry {
        let text = "\(title(of: job)): the value of \(variable) is too short to be hidden in what it prints"
        return WorkerLogEntry("secret_too_short", text, members(of: job) + [("variable", .string(variable))])
    }

    func paused(_ id: JobID, in queue: QueueName) -> WorkerLogEntry {
        WorkerLogEntry("job_paused", "\(id) stands still: somebody paused it", members(id, queue))
    }

    func unpaused(_ id: JobID, in queue: QueueName) -> WorkerLogEntry {
        WorkerLogEntry("job_resumed", "\(id) goes on", members(id, queue))
    }

    func signalled(_ id: JobID, in queue: QueueName, with number: Int32) -> WorkerLogEntry {
        let text = "somebody sends \(SignalName.of(number)) to \(id)"
        return WorkerLogEntry("signalled", text, members(id, queue) + [("signal", .integer(Int(number)))])
    }

    private func title(of job: Job) -> String {
        let queue = queues.queues.count > 1 ? "\(job.queue)/" : ""
        return "\(queue)\(job.id) attempt \(job.run)"
    }

    private func members(of job: Job) -> [(String, JSONValue)] {
        members(job.id, job.queue) + [("attempt", .integer(job.run))]
    }

    private func members(_ id: JobID, _ queue: QueueName) -> [(String, JSONValue)] {
        [("id", .string(id.text)), ("queue", .string(queue.text))]
    }
}
