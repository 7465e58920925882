import QueueKit
import TestSupport
import Testing

/// Jobs whose time has come, moved by claim.
@Suite struct PromoteTests {
    @Test(arguments: [JobState.scheduled, .failed])
    func aDueJobRuns(state: JobState) async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: state)
        #expect(try await queue.claim(1, number: 2).ids.isEmpty)
        try await queue.move("a", in: "scheduled", to: 0)
        #expect(try await queue.claim(1, number: 3).ids == ["a"])
        try await queue.checkI1()
    }

    @Test func dueJobsStandInDueOrderBehindThoseThatWait() async throws {
        let queue = try TestQueue()
        for id in ["c", "b", "d"] { try await queue.enqueue(id) { $0.delay = .seconds(600) } }
        try await queue.enqueue("a")
        for (at, id) in ["b", "c", "d"].enumerated() { try await queue.move(id, in: "scheduled", to: Int64(at) - 30) }
        #expect(try await queue.claim(0).ids.isEmpty)
        #expect(try await queue.claim(9, number: 2).ids == ["a", "b", "c", "d"])
        try await queue.checkI1()
    }

    @Test func aPausedQueuePromotesAndRingsNothing() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a") { $0.delay = .seconds(600) }
        _ = try await queue.queue.pause()
        try await queue.move("a", in: "scheduled", to: 0)
        try await queue.claim(1)
        try await queue.expect(
            """
            counts: enqueued_total 1, pending 1, scheduled 0
            job:a: command true, created_at <now>, max_retries 3, next_run_at +600s, priority 5, request <ulid>, state pending, updated_at <now>
            meta: paused <now>, reaped_at <now>, schema 1
            pending:5: [a]
            request:<ulid>: [1]
            worker:a-1-x: jobs , request 1
            """
        )
    }

    @Test func aHundredThousandDueAtOnceComeInBoundedSteps() async throws {
        let queue = try TestQueue(on: RedisServer())
        try await queue.seedJobs(100_000, state: "scheduled", index: "scheduled")
        let claim = try await queue.claim(100)
        #expect(claim.jobs.count == 50)
        #expect(try #require(claim.nextDue) <= claim.now)
        #expect(try await queue.send("ZCARD", "R:scheduled").int == 99_950)
        #expect(try await queue.send("HGET", "R:counts", "scheduled").int == 99_950)
    }
}
