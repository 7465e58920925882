import QueueScripts
import RedisClient
import Synchronization

@testable import QueueKit

/// Everything that workers, producers and operators ask of a full queue (`fill`), in batches as large as they may be, and
/// with ids from all over it.
final class ScriptTour {
    /// How often each script was called.
    private(set) var calls: [String: Int] = [:]
    private let test: TestQueue
    private let size: Int
    private var number: Int64 = 0
    private var held: [ClaimedJob] = []
    private var random = SystemRandomNumberGenerator()

    static let scripts: [QueueScript] = [
        .enqueue, .claim, .turn, .settle, .ingest, .renew, .report, .appendLog, .cancel, .edit, .retry, .delete,
        .retryAll,
        .purge, .pause, .pauseJob, .signal, .inspect, .repair, .find, .sweep, .admit,
    ]

    /// - Parameter size: How many jobs of each of the four states there were.
    init(_ test: TestQueue, size: Int) {
        self.test = test
        self.size = size
    }

    private var queue: JobQueue { test.queue }

    /// Goes round once.
    func round() async throws {
        number += 10
        try await produce()
        try await add()
        try await work()
        try await operate()
        try await examine()
        try await look()
    }

    private func note(_ script: QueueScript, times: Int = 1) { calls[script.name, default: 0] += times }

    private func some(_ stem: String, _ count: Int = JobQueue.batchLimit) throws -> [JobID] {
        try (0..<count).map { _ in try JobID("\(stem)\(Int.random(in: 0..<size, using: &random))") }
    }

    /// As other services add jobs, and as a worker reads them: as many as it is given at once, more urgent than all others.
    private func add() async throws {
        for _ in 0..<JobQueue.batchLimit { try await test.add(#"{"command":"true","priority":10,"tags":["a"]}"#) }
        let claim = try await test.claim(1, by: workerB, number: number + 9)
        _ = try await queue.admit(claim.unread, configuration: test.configuration)
        _ = try await queue.delete(claim.unread.map(\.id))
        for script in [QueueScript.claim, .admit, .delete] { note(script) }
    }

    private func produce() async throws {
        let batch = (0..<JobQueue.batchLimit).map { at in
            var document = JobDocument(command: "convert in.png out.jpg")
            if at % 2 == 0 { document.delay = .seconds(60) }
            return NewJob(document)
        }
        _ = try await queue.enqueue(batch, configuration: test.configuration)
        _ = try await queue.enqueue([batch[0]], configuration: test.configuration)
        note(.enqueue, times: 2)
        var push = RedisCommand("LPUSH", test.keys.incoming)
        for _ in 0..<JobQueue.batchLimit { push.append(#"{"command":"true","priority":3}"#) }
        _ = try await test.redis.send(push)
        let claim = try await test.claim(0, by: workerB, number: number)
        try await test.ingest(claim)
        note(.claim)
        note(.ingest)
    }

    /// One worker that turns with half of what it may hold, and one that claims and settles all it may. Every few rounds
    /// it is time to keep house.
    private func work() async throws {
        if number % 50 == 0 { try await test.allowReap() }
        let request = ClaimRequest(
            worker: workerA,
            number: number,
            slots: JobQueue.turnLimit,
            configuration: test.configuration
        )
        held = try await queue.turn(settlements(held), claiming: request).claim.jobs
        note(.turn)
        let other = try await test.claim(JobQueue.batchLimit, by: workerB, number: number + 1).jobs
        note(.claim)
        _ = try await queue.renew(
            worker: workerB,
            held: other.map { ($0.job.id, $0.token) },
            lease: test.configuration.lease
        )
        note(.renew)
        _ = try await queue.report(
            other.map { ProgressReport(id: $0.job.id, token: $0.token, progress: 50, text: "half of it") }
        )
        note(.report)
        if let first = other.first {
            _ = try await queue.appendLog(
                of: first.job.id,
                token: first.token,
                run: first.job.run,
                [NewLogEntry(number: 1, stream: .stdout, data: Array(repeating: 120, count: 16_384))]
            )
            _ = try await queue.signal(first.job.id, 10)
            _ = try await queue.pause(other.map(\.job.id))
            note(.appendLog)
            note(.signal)
            note(.pauseJob)
        }
        _ = try await queue.settle(settlements(other), configuration: test.configuration)
        note(.settle)
    }

    private func settlements(_ jobs: [ClaimedJob]) -> [Settlement] {
        let outcomes: [Settlement.Outcome] = [
            .completed, .completed, .completed, .retry(after: .seconds(60)), .dead, .snoozed(for: .seconds(60)),
            .released,
        ]
        return jobs.enumerated().map { at, job in
            Settlement(id: job.job.id, token: job.token, outcome: outcomes[at % outcomes.count])
        }
    }

    private func operate() async throws {
        _ = try await queue.cancel(some(number % 20 == 0 ? "p" : "s"))
        _ = try await queue.retry(some("d"))
        _ = try await queue.delete(some(number % 20 == 0 ? "c" : "p"))
        _ = try await queue.retryAll()
        _ = try await queue.purge()
        _ = try await queue.pause()
        _ = try await queue.resume()
        for (script, times) in [(.cancel, 1), (.retry, 1), (.delete, 1), (.retryAll, 1), (.purge, 1), (.pause, 2)]
            as [(QueueScript, Int)]
        { note(script, times: times) }
        for id in try some("p", 1) + some("s", 1) {
            guard let draft = try await queue.draft(of: id) else { continue }
            let members = draft.members(setting: [JSONMember(name: "priority", value: .integer(9))], leavingOut: [])
            _ = try await queue.edit(JobEdit(draft, to: try draft.document(.object(members))))
            note(.edit)
        }
    }

    private func examine() async throws {
        let ids = try some("p").map(\.text)
        _ = try await queue.look(at: ids)
        _ = try await queue.strays(in: "completed", among: some("c").map(\.text))
        _ = try await queue.entries(of: "pending:5", from: size / 2, to: size / 2 + JobQueue.batchLimit - 1)
        _ = try await queue.places(in: "pending:9", of: Array(ids.prefix(10)))
        _ = try await queue.pushes((0..<JobQueue.batchLimit).map(String.init))
        _ = try await queue.counters()
        note(.inspect, times: 6)
        _ = try await test.run(.repair, "10000", "30000", "counts", "pending", "1")
        note(.repair)
        let page = (first: size / 2, last: size / 2 + 199)
        for (state, command, index) in [("pending", "LRANGE", "pending:5"), ("completed", "ZREVRANGE", "completed")] {
            _ = try await test.run(
                .find,
                state,
                command,
                index,
                String(page.first),
                String(page.last),
                "0",
                "tag",
                "none",
                ""
            )
            note(.find)
        }
        _ = try await queue.sweepTurn(of: workerA, heartbeat: .seconds(10), hasSwept: false)
        note(.sweep)
    }

    /// What `list`, `show` and `status` read: no scripts, but what is slow is logged as well.
    private func look() async throws {
        for state in JobState.allCases { _ = try await queue.list(state, limit: 50) }
        _ = try await queue.status(heartbeat: .seconds(10))
        let ids = try some("d", 2)
        _ = try await queue.jobs(ids)
        _ = try await queue.attempts(of: ids[0])
    }
}
