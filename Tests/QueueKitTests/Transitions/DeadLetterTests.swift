import QueueKit
import Testing

/// retry_all and purge, which take the dead jobs off the queue's end in bounded steps.
@Suite struct DeadLetterTests {
    @Test func retryAllMovesTheOldestFirstAndSaysWhenItIsDone() async throws {
        let queue = try TestQueue()
        try await queue.seedJobs(25, state: "dead", index: "dlq", isList: true)
        var steps: [Int] = []
        var until: Timestamp?
        var hasMore = true
        while hasMore {
            let step = try await queue.queue.retryAll(until: until, limit: 10)
            steps.append(step.changed)
            (until, hasMore) = (step.until, step.hasMore)
        }
        #expect(steps == [10, 10, 5])
        #expect(try await queue.claim(100).ids == (0..<25).map { "j\($0)" })
        try await queue.checkI1()
    }

    @Test func aJobThatDiedAfterTheBeginningIsLeft() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .dead)
        let before = Timestamp(milliseconds: try await queue.queue.serverTime().milliseconds - 60_000)
        let step = try await queue.queue.retryAll(until: before)
        #expect((step.changed, step.hasMore, step.until) == (0, false, before))
        #expect(try await queue.queue.purge(until: before).changed == 0)
        #expect(try await queue.queue.job(id("a"))?.state == .dead)
        try await queue.checkI1()
    }

    @Test func oneThatDiedAgainAtItsOldPlaceDoesNotHideTheOthers() async throws {
        let queue = try TestQueue()
        try await queue.seedJobs(5, state: "dead", index: "dlq", isList: true)
        let now = try await queue.queue.serverTime()
        try await queue.send("HSET", "R:job:j0", "finished_at", String(now.milliseconds + 1000))
        let step = try await queue.queue.retryAll(until: now, limit: 2)
        #expect((step.changed, step.hasMore) == (2, true))
        let rest = try await queue.queue.retryAll(until: now, limit: 9)
        #expect((rest.changed, rest.hasMore) == (2, false))
        #expect(try await queue.queue.list(.dead, limit: 9).map(\.id.text) == ["j0"])
        try await queue.checkI1()
    }

    @Test func purgeDeletesJobsWithTheirLogsAndAttempts() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .dead)
        try await queue.send("XADD", "R:log:a:1", "*", "stream", "stdout", "data", "x")
        let step = try await queue.queue.purge()
        #expect((step.changed, step.hasMore) == (1, false))
        try await queue.expect(
            """
            counts: dead 0, dead_total 1, deleted_total 1, enqueued_total 1, failures_total 1, pending 0, processing 0
            history: failed 1
            meta: reaped_at <now>, schema 1
            request:<ulid>: [1,0,<now>]
            worker:a-1-x: jobs a, request 1
            """
        )
    }

    @Test func damagedEntriesAreDroppedAndCountedOut() async throws {
        let queue = try TestQueue()
        try await queue.seedJobs(5, state: "dead", index: "dlq", isList: true)
        try await queue.seed("DEL R:job:j0 R:job:j2", "SET R:job:j2 x", "HDEL R:job:j3 state")
        #expect(try await queue.queue.retryAll().changed == 2)
        #expect(try await queue.claim(9).ids == ["j1", "j4"])
        try await queue.checkI1(without: "j3")
    }
}
