import QueueKit
import Testing

/// A rejected push that is taken in after all.
@Suite struct ReadmitTests {
    /// A queue in which this push, and another one, were rejected.
    private func rejected(_ raw: String, seed: String...) async throws -> (TestQueue, RejectedPush) {
        let queue = try TestQueue()
        for line in seed { try await queue.seed(line) }
        try await queue.send("LPUSH", "R:incoming", raw, "[another]")
        let claim = try await queue.claim(0)
        let verdicts = claim.intake.map { (number: $0.number, verdict: IntakeVerdict.reject("no")) }
        _ = try await queue.queue.ingest(verdicts, configuration: queue.configuration)
        try await queue.seed("DEL R:incoming")
        return (queue, try #require(try await queue.queue.rejected(limit: 9).last))
    }

    @Test func itIsAJobAndRejectedNoMore() async throws {
        let (queue, push) = try await rejected("{")
        let job = try queue.newJob("a") { $0.priority = 8 }
        #expect(try await queue.queue.readmit(push.id, as: job, configuration: .init()) == .added(.pending))
        #expect(
            try await queue.queue.rejected(limit: 9).map { String(decoding: $0.raw, as: UTF8.self) } == ["[another]"]
        )
        try await queue.seed("DEL R:rejected")
        try await queue.expect(
            """
            counts: enqueued_total 1, pending 1, rejected 2
            incoming: [!]
            job:a: command true, created_at <now>, max_retries 3, priority 8, request rejected.<now>-0, state pending
            meta: intake 2, reaped_at <now>, schema 1
            pending:8: [a]
            request:<ulid>: ["ok","pending"]
            """
        )
    }

    @Test func oneWithADelayIsScheduled() async throws {
        let (queue, push) = try await rejected("{")
        let job = try queue.newJob("a") { $0.delay = .seconds(60) }
        #expect(try await queue.queue.readmit(push.id, as: job, configuration: .init()) == .added(.scheduled))
        try await queue.checkI1()
    }

    @Test func aPreparedHashGivesWayToItsOwnJobOnly() async throws {
        let (queue, push) = try await rejected("a", seed: "HSET R:job:a command true prority 3")
        let job = try queue.newJob("a")
        let before = try await queue.snapshot()
        #expect(try await queue.queue.readmit(push.id, as: job, configuration: .init()) == .prepared)
        #expect(try await withoutRequests(queue) == before)
        let item = try await queue.queue.item(of: push)
        #expect(item.preparedFields.map(\.0).sorted() == ["command", "prority"])
        let result = try await queue.queue.readmit(push.id, as: job, isPrepared: true, configuration: .init())
        #expect(result == .added(.pending))
        #expect(try await queue.send("HEXISTS", "R:job:a", "prority").int == 0)
        try await queue.checkI1()
    }

    @Test(arguments: JobState.allCases)
    func aTakenIdChangesNothing(state: JobState) async throws {
        let (queue, push) = try await rejected("{")
        try await queue.bring("a", to: state)
        let before = try await withoutRequests(queue)
        let job = try queue.newJob("a")
        #expect(try await queue.queue.readmit(push.id, as: job, configuration: .init()) == .exists(state))
        #expect(try await withoutRequests(queue) == before)
    }

    @Test func whatIsThereInsteadOfAHashIsLeftAlone() async throws {
        let (queue, push) = try await rejected("{", seed: "SET R:job:a x")
        let before = try await queue.snapshot()
        let job = try queue.newJob("a")
        #expect(try await queue.queue.readmit(push.id, as: job, configuration: .init()) == .damaged)
        #expect(try await withoutRequests(queue) == before)
    }

    @Test(arguments: ["1-1", "nonsense", ""])
    func nothingComesOfOneThatIsNotThere(id: String) async throws {
        let (queue, _) = try await rejected("{")
        let before = try await queue.snapshot()
        #expect(try await queue.queue.readmit(id, as: queue.newJob("a"), configuration: .init()) == .notFound)
        #expect(try await withoutRequests(queue) == before)
    }

    @Test func ofTwoThatRetryItOneDoes() async throws {
        let (queue, push) = try await rejected("{")
        let results = try await withThrowingTaskGroup(of: ReadmitResult.self) { group in
            for name in ["a", "b", "c", "d"] {
                let job = try queue.newJob(name)
                group.addTask { try await queue.queue.readmit(push.id, as: job, configuration: .init()) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.count { $0 == .added(.pending) } == 1 && results.count { $0 == .notFound } == 3)
        try await queue.checkI1()
    }

    @Test func theyAreReadInTheOrderOfRejection() async throws {
        let queue = try TestQueue()
        for number in 1...120 { try await queue.send("XADD", "R:rejected", "\(number)-0", "raw", "\(number)") }
        var (seen, ids): (String?, [String]) = (nil, [])
        while case let page = try await queue.queue.rejected(after: seen, through: "110-0"), let last = page.last {
            ids += page.map(\.id)
            seen = last.id
        }
        #expect(ids == (1...110).map { "\($0)-0" })
    }

    private func withoutRequests(_ queue: TestQueue) async throws -> String {
        try await queue.snapshot().split(separator: "\n").filter { !$0.hasPrefix("request:") }.joined(separator: "\n")
    }
}
