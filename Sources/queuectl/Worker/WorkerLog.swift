import QueueKit
import QueueWorker

/// Turns a worker's events into log lines: for people, or one JSON object each.
struct WorkerLog: Sendable {
    enum Format: String, Sendable, CaseIterable {
        case text, json
    }

    let format: Format
    let slots: Int
    let worker: WorkerID
    let queues: QueueSelection
    /// Where Redis is, without its password.
    let redis: String

    /// The line for an event that happened at this time.
    func line(_ event: WorkerEvent, at time: Timestamp) -> String {
        let entry = entry(event)
        switch format {
        case .text:
            // Whoever watches is on the same day; the date stands in the banner.
            return "\(time.rfc3339.dropFirst(11).prefix(8)) \(TerminalText.escape(entry.text))"
        case .json:
            let members = [("time", JSONValue.string(time.rfc3339)), ("event", .string(entry.name))] + entry.members
            return JSONValue.object(members.map(JSONMember.init)).text
        }
    }

    /// What a person reads first. Nil when the log is for programs: there it is the `ready` entry.
    func banner(at time: Timestamp) -> String? {
        guard format == .text else { return nil }
        return """
            Started worker \(worker) with \(slots.of("slot"))
              queues  \(queues.description)
              redis   \(redis)
              time    \(time.rfc3339)
              Each job runs until it is settled: after a crash it runs again, with a record of why.
              Stop with Ctrl-C (running jobs finish), twice to stop them at once; Ctrl-Z takes no new ones.
            """
    }

    private struct Entry {
        let name: String
        let text: String
        var members: [(String, JSONValue)] = []
    }

    private func entry(_ event: WorkerEvent) -> Entry {
        switch event {
        case .ready:
            return Entry(
                name: "ready",
                text: "ready",
                members: [
                    ("worker", .string(worker.description)), ("slots", .integer(slots)),
                    ("queues", .array(queues.words.map(JSONValue.string))),
                ]
            )
        case .started(let job):
            return Entry(
                name: "started",
                text: "\(title(of: job)) started: \(job.command?.description ?? "")",
                members: members(of: job)
            )
        case .finished(let job, let settlement, let state, let duration):
            return finished(job, settlement, state, duration)
        case .stale(let job):
            let text = "\(title(of: job)) does not count: its lease was lost and the job given to another worker"
            return Entry(name: "stale", text: text, members: members(of: job))
        case .unsettled(let job):
            let text = "\(title(of: job)) could not be reported to Redis; it will run again when its lease ends"
            return Entry(name: "unsettled", text: text, members: members(of: job))
        case .noteRefused(let job, let why):
            let text = "\(title(of: job)) told something of itself that is left out: \(why)"
            return Entry(name: "note_refused", text: text, members: members(of: job) + [("error", .string(why))])
        default:
            return ownEntry(event)
        }
    }

    /// What concerns the worker rather than one job.
    private func ownEntry(_ event: WorkerEvent) -> Entry {
        switch event {
        case .ingested(let queue, let accepted, let rejected):
            let refused = rejected > 0 ? ", set \(rejected) aside: see `queuectl rejected list`" : ""
            return Entry(
                name: "ingested",
                text: "took in \(accepted.of("pushed job")) in \(queue)\(refused)",
                members: [
                    ("queue", .string(queue.text)), ("accepted", .integer(accepted)), ("rejected", .integer(rejected)),
                ]
            )
        case .recovered(let queue, let ids):
            return Entry(
                name: "recovered",
                text: "recovered from a lost worker in \(queue): \(Self.list(ids))",
                members: [("queue", .string(queue.text)), ("ids", Self.array(ids))]
            )
        case .repaired(let queue, let finding):
            return Entry(
                name: "repaired",
                text: "repaired in \(queue): \(finding.problem)",
                members: [
                    ("queue", .string(queue.text)), ("code", .string(finding.kind.rawValue)),
                    ("object", .string(finding.object)), ("problem", .string(finding.problem)),
                ]
            )
        case .fenced(let ids):
            return Entry(
                name: "fenced",
                text: "cannot renew the leases of \(Self.list(ids)): stopping them before another worker may run them",
                members: [("ids", Self.array(ids))]
            )
        case .outage(let reason):
            let text = "Redis is out of reach, waiting for it: \(reason)"
            return Entry(name: "outage", text: text, members: [("error", .string(reason))])
        case .restored(let length):
            let text = "Redis is back after \(DurationText.format(Self.rounded(length)))"
            return Entry(name: "restored", text: text, members: [("after", .seconds(length))])
        case .trouble(let queue, let reason):
            return Entry(
                name: "trouble",
                text: "trouble in \(queue): \(reason)",
                members: [("queue", .string(queue.text)), ("error", .string(reason))]
            )
        case .paused(let queue, let id):
            let text = "\(id) stands still: somebody paused it"
            return Entry(name: "job_paused", text: text, members: Self.members(id, queue))
        case .unpaused(let queue, let id):
            return Entry(name: "job_resumed", text: "\(id) goes on", members: Self.members(id, queue))
        case .signalled(let queue, let id, let number):
            return Entry(
                name: "signalled",
                text: "somebody sends \(SignalName.of(number)) to \(id)",
                members: Self.members(id, queue) + [("signal", .integer(Int(number)))]
            )
        case .quiet: return Entry(name: "quiet", text: "quiet: taking no new jobs until CONT")
        case .resumed: return Entry(name: "resumed", text: "taking jobs again")
        case .stopping(let reason, let running):
            let why = [
                Self.words(reason), running == 0 ? nil : "waiting for \(running.of("running job"))",
            ].compactMap { $0 }
            return Entry(
                name: "stopping",
                text: (["stopping"] + (why.isEmpty ? [] : [why.joined(separator: "; ")])).joined(separator: ": "),
                members: [("reason", .string(reason.rawValue)), ("running", .integer(running))]
            )
        case .stoppingJobs(let running):
            let text = "time is up: stopping \(running.of("job")), to be put back to the front of the queue"
            return Entry(name: "stopping_jobs", text: text, members: [("running", .integer(running))])
        case .stopped(let reason, let left):
            return Entry(
                name: "stopped",
                text: "stopped" + (left.map(Self.words) ?? ""),
                members: [
                    ("reason", .string(reason.rawValue)), ("waiting", .integer(left?.waiting)),
                    ("pending", .integer(left?.pending)),
                ]
            )
        case .ready, .started, .finished, .stale, .unsettled, .noteRefused:
            return Entry(name: "event", text: "")
        }
    }

    private static func words(_ reason: EndReason) -> String? {
        switch reason {
        case .asked: nil
        case .drained: "nothing is left to claim"
        case .maxJobs: "all jobs of --max-jobs have been run"
        case .maxIdle: "there was nothing to do for as long as --max-idle says"
        }
    }

    /// What is left in the queues, as the end of the last line.
    private static func words(_ left: LeftJobs) -> String {
        var words: [String] = []
        if left.waiting > 0 { words.append("\(left.waiting.of("job")) waiting for a time") }
        if left.pending > 0 {
            words.append("\(left.pending.of("job")) pending: new, for another host, or in a paused queue")
        }
        return words.isEmpty ? "" : "; left: " + words.joined(separator: ", ")
    }

    private func finished(_ job: Job, _ settlement: Settlement, _ state: JobState, _ duration: Duration) -> Entry {
        let took = DurationText.format(Self.rounded(duration))
        let why = settlement.error.map { ": \($0)" } ?? ""
        var members = members(of: job)
        members += [("state", .string(state.rawValue)), ("duration", .seconds(duration))]
        members += [("exit_code", .integer(settlement.exitCode.map(Int.init))), ("error", .optional(settlement.error))]
        let outcome: String
        switch (state, settlement.outcome) {
        case (.completed, _): outcome = "completed in \(took)"
        case (.failed, .retry(let wait)):
            let number = "\(job.failures + 1) of \(job.maxRetries)"
            outcome = "failed after \(took)\(why); retry \(number) in \(DurationText.format(Self.rounded(wait)))"
            members.append(("retry_in", .seconds(wait)))
        case (.scheduled, .snoozed(let wait)):
            outcome = "snoozed after \(took)\(why); runs again in \(DurationText.format(Self.rounded(wait)))"
            members.append(("retry_in", .seconds(wait)))
        case (.dead, _):
            let end = settlement.reason == "fatal" ? "not to be tried again" : "no retries left"
            outcome = "dead after \(took)\(why); \(end), see `queuectl dlq show \(job.id)`"
        case (.cancelled, _): outcome = "cancelled after \(took)"
        case (.pending, _): outcome = "released after \(took)\(why); runs again"
        default: outcome = "\(state.rawValue) after \(took)\(why)"
        }
        return Entry(name: "finished", text: "\(title(of: job)) \(outcome)", members: members)
    }

    private func title(of job: Job) -> String {
        let queue = queues.queues.count > 1 ? "\(job.queue)/" : ""
        return "\(queue)\(job.id) attempt \(job.run)"
    }

    private func members(of job: Job) -> [(String, JSONValue)] {
        [("id", .string(job.id.text)), ("queue", .string(job.queue.text)), ("attempt", .integer(job.run))]
    }

    private static func members(_ id: JobID, _ queue: QueueName) -> [(String, JSONValue)] {
        [("id", .string(id.text)), ("queue", .string(queue.text))]
    }

    private static func list(_ ids: [JobID]) -> String {
        let shown = ids.prefix(5).map(\.text).joined(separator: ", ")
        return ids.count > 5 ? "\(shown) and \(ids.count - 5) more" : shown
    }

    private static func array(_ ids: [JobID]) -> JSONValue { .array(ids.map { .string($0.text) }) }

    /// To a length that people read: whole milliseconds below ten seconds, tenths of a second above.
    private static func rounded(_ duration: Duration) -> Duration {
        let milliseconds = duration.wholeMilliseconds
        return .milliseconds(milliseconds < 10_000 ? milliseconds : milliseconds / 100 * 100)
    }
}
