import QueueKit
import Testing

@testable import QueueWorker
@testable import queuectl

/// Every event of a worker, as its log in JSON has it: programs go by these names.
@Suite struct WorkerLogTests {
    private static let job: Job = {
        let fields = [("command", "x"), ("state", "processing"), ("run", "2"), ("max_retries", "3")]
        return Job(id: JobID.generate(), queue: .default, fields: fields.map { ($0.0, Array($0.1.utf8)) })
    }()

    private static let settlement: Settlement = {
        let token = JobToken(worker: WorkerID(host: "web", pid: 1, random: "a"), request: 7)
        var settlement = Settlement(id: job.id, token: token, outcome: .retry(after: .seconds(2)))
        settlement.exitCode = 3
        settlement.error = "exited with code 3"
        return settlement
    }()

    private static let id = #""id":"\#(job.id)","queue":"default""#
    private static let run = #"\#(id),"attempt":2"#

    /// The events, and what an object has behind `time` and `event`.
    private static let events: [(WorkerEvent, String, String)] = [
        (
            .ready(QueueConfiguration()), "ready",
            #""worker":"web-1-a","slots":4,"queues":["default"],"tasks":null,"tasks_only":false,"signatures":false,"signatures_only":false"#
        ),
        (.started(job), "started", run),
        (
            .finished(job, settlement, .failed, .milliseconds(1500)), "finished",
            #"\#(run),"state":"failed","duration":1.5,"exit_code":3,"error":"exited with code 3","retry_in":2"#
        ),
        (
            .finished(job, settlement, .dead, .milliseconds(1500)), "finished",
            #"\#(run),"state":"dead","duration":1.5,"exit_code":3,"error":"exited with code 3""#
        ),
        (.stale(job), "stale", run),
        (.unsettled(job), "unsettled", run),
        (.noteRefused(job, "no"), "note_refused", #"\#(run),"error":"no""#),
        (.secretTooShort(job, variable: "PIN"), "secret_too_short", #"\#(run),"variable":"PIN""#),
        (.paused(.default, job.id), "job_paused", id),
        (.unpaused(.default, job.id), "job_resumed", id),
        (.signalled(.default, job.id, 1), "signalled", #"\#(id),"signal":1"#),
        (
            .ingested(.default, accepted: 2, rejected: 1), "ingested",
            #""queue":"default","accepted":2,"rejected":1"#
        ),
        (
            .admitted(.default, accepted: 2, malformed: 1), "admitted",
            #""queue":"default","accepted":2,"malformed":1"#
        ),
        (.recovered(.default, [job.id]), "recovered", #""queue":"default","ids":["\#(job.id)"]"#),
        (.fenced([job.id]), "fenced", #""ids":["\#(job.id)"]"#),
        (.outage("gone"), "outage", #""error":"gone""#),
        (.restored(.milliseconds(2500)), "restored", #""after":2.5"#),
        (.trouble(.default, "bad"), "trouble", #""queue":"default","error":"bad""#),
        (.misconfigured("bad"), "misconfigured", #""problem":"a stored setting makes no sense: bad""#),
        (.quiet, "quiet", ""),
        (.resumed, "resumed", ""),
        (.stopping(.drained, running: 1), "stopping", #""reason":"drained","running":1"#),
        (.stoppingJobs(running: 1), "stopping_jobs", #""running":1"#),
        (.stopped(.asked, left: nil), "stopped", #""reason":"asked","waiting":null,"pending":null"#),
        (
            .stopped(.drained, left: LeftJobs(waiting: 2, pending: 1)), "stopped",
            #""reason":"drained","waiting":2,"pending":1"#
        ),
    ]

    private func log(_ format: WorkerLog.Format) async throws -> WorkerLog {
        WorkerLog(
            format: format,
            slots: 4,
            worker: WorkerID(host: "web", pid: 1, random: "a"),
            queues: try await QueueSelection([]) { [] },
            redis: "redis://localhost"
        )
    }

    @Test(arguments: events.indices)
    func anEventHasItsNameAndItsMembers(at: Int) async throws {
        let (event, name, members) = Self.events[at]
        let line = try await log(.json).line(event, at: Timestamp(milliseconds: 0))
        let rest = members.isEmpty ? "" : ",\(members)"
        #expect(line == #"{"time":"1970-01-01T00:00:00.000Z","event":"\#(name)"\#(rest)}"#)
    }

    @Test func forPeopleEachIsALineWithTheTime() async throws {
        for (event, _, _) in Self.events {
            let line = try await log(.text).line(event, at: Timestamp(milliseconds: 0))
            #expect(line.hasPrefix("00:00:00 ") && line.count > 12 && !line.contains("\n"), "\(line)")
        }
    }
}
