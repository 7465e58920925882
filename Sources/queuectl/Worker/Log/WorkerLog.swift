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
    /// The task file that it uses.
    var tasks: String?
    /// Whether it runs nothing else.
    var isTasksOnly = false
    /// What it makes of signatures.
    var signatures = SignaturePolicy.none
    /// What it offers to jobs that name secrets; empty if that is nothing.
    var secrets = ""

    /// The line for an event that happened at this time.
    func line(_ event: WorkerEvent, at time: Timestamp) -> String { line(entry(event), at: time) }

    /// The line for an entry of this time.
    func line(_ entry: WorkerLogEntry, at time: Timestamp) -> String {
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
            \(rules)\(signing)  time    \(time.rfc3339)
              Each job runs until it is settled: after a crash it runs again, with a record of why.
              Stop with Ctrl-C (running jobs finish), twice to stop them at once; Ctrl-Z takes no new ones.
            """
    }

    /// The lines of the banner that say what it runs, and what it gives to it; empty if that is whatever jobs ask for, and nothing.
    private var rules: String {
        let offer = secrets.isEmpty ? "" : "  secrets \(TerminalText.escape(secrets))\n"
        guard let tasks else { return offer }
        let extent = isTasksOnly ? ", and no other commands" : ""
        return "  tasks   \(TerminalText.escape(tasks == "-" ? "stdin" : tasks))\(extent)\n\(offer)"
    }

    /// The line of the banner that says what it makes of signatures; empty if that is nothing.
    private var signing: String {
        guard signatures.isVerified else { return "" }
        let extent = signatures.isRequired ? "needed: unsigned jobs are refused" : "verified; unsigned jobs run too"
        return "  signed  \(extent)\n"
    }

    private func entry(_ event: WorkerEvent) -> WorkerLogEntry {
        switch event {
        case .ready: ready
        case .started(let job): started(job)
        case .finished(let job, let settlement, let state, let time): finished(job, settlement, state, after: time)
        case .stale(let job): stale(job)
        case .unsettled(let job): unsettled(job)
        case .noteRefused(let job, let why): noteRefused(job, why)
        case .secretTooShort(let job, let variable): secretTooShort(job, variable)
        case .paused(let queue, let id): paused(id, in: queue)
        case .unpaused(let queue, let id): unpaused(id, in: queue)
        case .signalled(let queue, let id, let number): signalled(id, in: queue, with: number)
        case .ingested(let queue, let accepted, let rejected): ingested(accepted, rejected, in: queue)
        case .admitted(let queue, let accepted, let malformed): admitted(accepted, malformed, in: queue)
        case .recovered(let queue, let ids): recovered(ids, in: queue)
        case .repaired(let queue, let finding): repaired(finding, in: queue)
        case .fenced(let ids): fenced(ids)
        case .outage(let reason): outage(reason)
        case .restored(let length): restored(after: length)
        case .trouble(let queue, let reason): trouble(reason, in: queue)
        case .misconfigured(let problem): warning("misconfigured", "a stored setting makes no sense: \(problem)")
        case .quiet: WorkerLogEntry("quiet", "quiet: taking no new jobs until CONT")
        case .resumed: WorkerLogEntry("resumed", "taking jobs again")
        case .stopping(let reason, let running): stopping(reason, running)
        case .stoppingJobs(let running): stoppingJobs(running)
        case .stopped(let reason, let left): stopped(reason, left)
        }
    }
}
