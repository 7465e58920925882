import QueueKit
import Testing

@Suite struct EnqueueTests {
    @Test func aJobWaitsAndTheBellRings() async throws {
        let queue = try TestQueue()
        #expect(try await queue.enqueue("a") == [.added(.pending)])
        try await queue.expect(
            """
            counts: enqueued_total 1, pending 1
            incoming: [!]
            job:a: command true, created_at <now>, max_retries 3, priority 5, request <ulid>, state pending
            meta: schema 1
            pending:5: [a]
            """
        )
    }

    @Test func aDelayedJobIsScheduledByTheServersClock() async throws {
        let queue = try TestQueue()
        let results = try await queue.enqueue("a") { $0.delay = .seconds(60) }
        #expect(results == [.added(.scheduled)])
        try await queue.expect(
            """
            counts: enqueued_total 1, scheduled 1
            job:a: command true, created_at <now>, max_retries 3, next_run_at +60s, priority 5, request <ulid>, state scheduled
            meta: schema 1
            scheduled: a +60s
            """
        )
    }

    @Test func aRunTimeThatIsPastMeansAtOnce() async throws {
        let queue = try TestQueue()
        let results = try await queue.enqueue("a") { $0.runAt = Timestamp(milliseconds: 1_000_000_000_000) }
        #expect(results == [.added(.pending)])
        try await queue.checkI1()
    }

    @Test func jobsKeepTheirOrderWithinAPriorityAndHigherOnesGoFirst() async throws {
        let queue = try TestQueue()
        for (id, priority) in [("a", 5), ("b", 0), ("c", 10), ("d", 5), ("e", 10)] {
            try await queue.enqueue(id) { $0.priority = priority }
        }
        #expect(try await queue.claim(10).ids == ["c", "e", "a", "d", "b"])
        try await queue.checkI1()
    }

    @Test func generatedIdsNeedNoRequestOnRecord() async throws {
        let queue = try TestQueue()
        let job = NewJob(JobDocument(command: "true"))
        #expect(try await queue.queue.enqueue([job], configuration: .init()) == [.added(.pending)])
        try await queue.expect(
            """
            counts: enqueued_total 1, pending 1
            incoming: [!]
            job:<ulid>: command true, created_at <now>, max_retries 3, priority 5, state pending
            meta: schema 1
            pending:5: [<ulid>]
            """
        )
    }

    @Test func aTakenIdIsReportedAndNothingIsChanged() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a")
        let results = try await queue.enqueue("b", "a") { $0.priority = 9 }
        #expect(results == [.added(.pending), .exists(.pending)])
        try await queue.expect(
            """
            counts: enqueued_total 2, pending 2
            incoming: [!]
            job:a: command true, created_at <now>, max_retries 3, priority 5, request <ulid>, state pending
            job:b: command true, created_at <now>, max_retries 3, priority 9, request <ulid>, state pending
            meta: schema 1
            pending:5: [a]
            pending:9: [b]
            """
        )
    }

    @Test func anIdTwiceInOneBatchIsTakenOnce() async throws {
        let queue = try TestQueue()
        let results = try await queue.enqueue("a", "a") { $0.delay = .seconds(60) }
        #expect(results == [.added(.scheduled), .exists(.scheduled)])
        try await queue.checkI1()
    }

    @Test func allOrNoneAddsNothingWhenOneExists() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("b")
        let results = try await queue.enqueue("a", "b", "c", allOrNone: true)
        #expect(results == [.skipped, .exists(.pending), .skipped])
        try await queue.expect(
            """
            counts: enqueued_total 1, pending 1
            incoming: [!]
            job:b: command true, created_at <now>, max_retries 3, priority 5, request <ulid>, state pending
            meta: schema 1
            pending:5: [b]
            """
        )
    }

    @Test func allOrNoneAddsAllWhenNoneExists() async throws {
        let queue = try TestQueue()
        #expect(try await queue.enqueue("a", "b", allOrNone: true) == [.added(.pending), .added(.pending)])
        try await queue.checkI1()
    }

    @Test func aHundredJobsAreOneBatch() async throws {
        let queue = try TestQueue()
        let jobs = try (0..<100).map { try queue.newJob("j\($0)") }
        let results = try await queue.queue.enqueue(jobs, configuration: queue.configuration)
        #expect(results == Array(repeating: .added(.pending), count: 100))
        #expect(try await queue.claim(100).ids == jobs.map(\.id.text))
        try await queue.checkI1()
    }

    @Test func anUnpushedPreparedHashLeavesNoTrace() async throws {
        let queue = try TestQueue()
        try await queue.seed("HSET R:job:a argv [] timeout_ms 1")
        #expect(try await queue.enqueue("a") == [.added(.pending)])
        try await queue.expect(
            """
            counts: enqueued_total 1, pending 1
            incoming: [!]
            job:a: command true, created_at <now>, max_retries 3, priority 5, request <ulid>, state pending
            meta: schema 1
            pending:5: [a]
            """
        )
    }
}
