import QueueKit
import QueueWorker

// What concerns the worker, or a queue that it serves.
extension WorkerLog {
    var ready: WorkerLogEntry {
        WorkerLogEntry(
            "ready",
            "ready",
            [
                ("worker", .string(worker.description)), ("slots", .integer(slots)),
                ("queues", .array(queues.words.map(JSONValue.string))), ("tasks", .optional(tasks)),
                ("tasks_only", .bool(isTasksOnly)),
                ("signatures", .bool(signatures.isVerified)), ("signatures_only", .bool(signatures.isRequired)),
            ]
        )
    }

    var insecure: WorkerLogEntry {
        WorkerLogEntry("insecure", TLSSource.warning, [("problem", .string(TLSSource.warning))])
    }

    /// Something that whoever runs the worker should put right.
    func warning(_ name: String, _ problem: String) -> WorkerLogEntry {
        WorkerLogEntry(name, problem, [("problem", .string(problem))])
    }

    func ingested(_ accepted: Int, _ rejected: Int, in queue: QueueName) -> WorkerLogEntry {
        let refused = rejected > 0 ? ", set \(rejected) aside: see `queuectl rejected list`" : ""
        return WorkerLogEntry(
            "ingested",
            "took in \(accepted.of("pushed job")) in \(queue)\(refused)",
            [("queue", .string(queue.text)), ("accepted", .integer(accepted)), ("rejected", .integer(rejected))]
        )
    }

    func admitted(_ accepted: Int, _ malformed: Int, in queue: QueueName) -> WorkerLogEntry {
        let refused = malformed > 0 ? ", \(malformed) malformed: see `queuectl dlq list`" : ""
        return WorkerLogEntry(
            "admitted",
            "read \(accepted.of("added job")) in \(queue)\(refused)",
            [("queue", .string(queue.text)), ("accepted", .integer(accepted)), ("malformed", .integer(malformed))]
        )
    }

    func recovered(_ ids: [JobID], in queue: QueueName) -> WorkerLogEntry {
        WorkerLogEntry(
            "recovered",
            "recovered from a lost worker in \(queue): \(WorkerLogEntry.list(ids))",
            [("queue", .string(queue.text)), ("ids", WorkerLogEntry.array(ids))]
        )
    }

    func repaired(_ finding: Finding, in queue: QueueName) -> WorkerLogEntry {
        WorkerLogEntry(
            "repaired",
            "repaired in \(queue): \(finding.problem)",
            [
                ("queue", .string(queue.text)), ("code", .string(finding.kind.rawValue)),
                ("object", .string(finding.object)), ("problem", .string(finding.problem)),
            ]
        )
    }

    func fenced(_ ids: [JobID]) -> WorkerLogEntry {
        let jobs = WorkerLogEntry.list(ids)
        let text = "cannot renew the leases of \(jobs): stopping them before another worker may run them"
        return WorkerLogEntry("fenced", text, [("ids", WorkerLogEntry.array(ids))])
    }

    func outage(_ reason: String) -> WorkerLogEntry {
        WorkerLogEntry("outage", "Redis is out of reach, waiting for it: \(reason)", [("error", .string(reason))])
    }

    func restored(after length: Duration) -> WorkerLogEntry {
        WorkerLogEntry(
            "restored",
            "Redis is back after \(WorkerLogEntry.rounded(length))",
            [("after", .seconds(length))]
        )
    }

    func trouble(_ reason: String, in queue: QueueName) -> WorkerLogEntry {
        let members: [(String, JSONValue)] = [("queue", .string(queue.text)), ("error", .string(reason))]
        return WorkerLogEntry("trouble", "trouble in \(queue): \(reason)", members)
    }

    func stopping(_ reason: EndReason, _ running: Int) -> WorkerLogEntry {
        let wait = running == 0 ? nil : "waiting for \(running.of("running job"))"
        let why = [Self.words(reason), wait].compactMap { $0 }.joined(separator: "; ")
        return WorkerLogEntry(
            "stopping",
            why.isEmpty ? "stopping" : "stopping: \(why)",
            [("reason", .string(reason.rawValue)), ("running", .integer(running))]
        )
    }

    func stoppingJobs(_ running: Int) -> WorkerLogEntry {
        let text = "time is up: stopping \(running.of("job")), to be put back to the front of the queue"
        return WorkerLogEntry("stopping_jobs", text, [("running", .integer(running))])
    }

    func stopped(_ reason: EndReason, _ left: LeftJobs?) -> WorkerLogEntry {
        WorkerLogEntry(
            "stopped",
            "stopped" + (left.map(Self.words) ?? ""),
            [
                ("reason", .string(reason.rawValue)), ("waiting", .integer(left?.waiting)),
                ("pending", .integer(left?.pending)),
            ]
        )
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
}
