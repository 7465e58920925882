import QueueKit
import Testing

@Suite struct PauseTests {
    @Test func aPausedQueueHandsOutNothingAndRingsNothing() async throws {
        let queue = try TestQueue()
        #expect(try await queue.queue.pause())
        #expect(try await queue.queue.pause() == false)
        try await queue.enqueue("a")
        let claim = try await queue.claim(1)
        #expect(claim.ids.isEmpty)
        #expect(claim.isPaused)
        try await queue.expect(
            """
            counts: enqueued_total 1, pending 1
            job:a: command true, created_at <now>, max_retries 3, priority 5, request <ulid>, state pending
            meta: paused <now>, reaped_at <now>, schema 1
            pending:5: [a]
            request:<ulid>: [0]
            request:<ulid>: [1]
            worker:a-1-x: jobs , request 1
            """
        )
    }

    @Test func resumedItRingsAndHandsOut() async throws {
        let queue = try TestQueue()
        _ = try await queue.queue.pause()
        try await queue.enqueue("a")
        #expect(try await queue.queue.resume())
        #expect(try await queue.send("LRANGE", "R:incoming", "0", "-1").array?.map(\.string) == ["!"])
        #expect(try await queue.queue.resume() == false)
        #expect(try await queue.claim(1).ids == ["a"])
        try await queue.checkI1()
    }

    @Test func whatRunsGoesOn() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        _ = try await queue.queue.pause()
        #expect(try await queue.renew("a") == .ok)
        #expect(try await queue.settle("a", .released) == .settled(.pending))
        try await queue.checkI1()
    }
}
