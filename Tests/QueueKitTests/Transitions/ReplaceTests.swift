import QueueKit
import Testing

@Suite struct ReplaceTests {
    @Test(arguments: [JobState.pending, .scheduled, .failed, .completed, .dead, .cancelled])
    func aJobThatIsNotRunIsReplacedWithAllThatWasKeptOfIt(state: JobState) async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: state)
        try await queue.send("HSET", "R:job:a", "cwd", "/old")
        #expect(try await queue.enqueue("a", replace: true) { $0.priority = 7 } == [.replaced(.pending)])
        let job = try #require(await queue.queue.job(id("a")))
        #expect((job.priority, job.run, job.failures, job.cwd) == (7, 0, 0, nil))
        #expect(try await queue.queue.attempts(of: id("a")).isEmpty)
        #expect(try await queue.claim(1, number: 50).ids == ["a"])
        try await queue.checkI1()
    }

    @Test func aRunningJobIsNotReplaced() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        #expect(try await queue.enqueue("a", replace: true) == [.exists(.processing)])
        #expect(try await queue.settle("a", .completed) == .settled(.completed))
        try await queue.checkI1()
    }

    @Test func anIdTwiceInOneBatchReplacesOnce() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a")
        let results = try await queue.enqueue("a", "a", replace: true)
        #expect(results == [.replaced(.pending), .exists(.pending)])
        try await queue.checkI1()
    }

    @Test func scheduledAgainMovesItsDueTime() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a") { $0.delay = .seconds(60) }
        try await queue.enqueue("a", replace: true) { $0.delay = .seconds(600) }
        try await queue.expect(
            """
            counts: enqueued_total 2, scheduled 1
            job:a: command true, created_at <now>, max_retries 3, next_run_at +600s, priority 5, request <ulid>, state scheduled
            meta: schema 1
            request:<ulid>:  a\u{20}
            scheduled: a +600s
            """
        )
    }
}
