import QueueKit
import Testing

/// How long a job had waited when it was claimed.
@Suite struct WaitingTimeTests {
    /// Has the job claimed once its times are so many seconds ago, and returns the seconds it had waited.
    private func waited(_ queue: TestQueue, _ ago: [String: Int64], number: Int64) async throws -> Int64? {
        let now = try await queue.queue.serverTime().milliseconds
        for (field, seconds) in ago { try await queue.send("HSET", "R:job:a", field, String(now - seconds * 1000)) }
        let job = try await queue.claim(1, number: number).jobs.first?.job
        let stored = try await queue.queue.job(id("a"))
        #expect(job?.waited == stored?.waited && job?.corrupt == nil)
        return job?.waited.map { $0.components.seconds }
    }

    private func expect(_ seconds: Int64?, near expected: Int64, sourceLocation: SourceLocation = #_sourceLocation)
        throws
    {
        let seconds = try #require(seconds, sourceLocation: sourceLocation)
        #expect((expected...expected + 20).contains(seconds), sourceLocation: sourceLocation)
    }

    @Test func aNewJobWaitsSinceItWasEnqueued() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a")
        try expect(try await waited(queue, ["created_at": 100], number: 1), near: 100)
    }

    @Test func aDelayedOneSinceItWasDue() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .scheduled)
        try await queue.move("a", in: "scheduled", to: -1)
        try expect(try await waited(queue, ["created_at": 1000, "next_run_at": 100], number: 1), near: 100)
    }

    @Test func aTimeThatWasPastWhenItWasEnqueuedDoesNotCount() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a") { $0.runAt = Timestamp(milliseconds: 1_000_000_000_000) }
        try expect(try await waited(queue, ["created_at": 100], number: 1), near: 100)
    }

    @Test func aRetrySinceItWasDue() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .failed)
        try await queue.move("a", in: "scheduled", to: -1)
        let ago: [String: Int64] = ["created_at": 1000, "finished_at": 500, "next_run_at": 100]
        try expect(try await waited(queue, ago, number: 2), near: 100)
    }

    @Test func aReleasedOneSinceItsRunEnded() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        try await queue.settle("a", .released)
        try expect(try await waited(queue, ["created_at": 1000, "finished_at": 100], number: 2), near: 100)
    }

    @Test func aRevivedOneSinceThen() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .dead)
        _ = try await queue.queue.retry([id("a")])
        let ago: [String: Int64] = ["created_at": 1000, "finished_at": 500, "updated_at": 100]
        try expect(try await waited(queue, ago, number: 2), near: 100)
    }

    @Test func aClockThatWasPutBackGivesNothingNegative() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a")
        try expect(try await waited(queue, ["created_at": -1000], number: 1), near: 0)
    }

    @Test func damagedTimesGiveNothing() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a")
        try await queue.send("HSET", "R:job:a", "created_at", "x")
        #expect(try await queue.claim(1).jobs.first?.job.waited == .zero)
    }

    @Test func eachAttemptKeepsItsOwn() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a")
        try expect(try await waited(queue, ["created_at": 300], number: 1), near: 300)
        try await queue.settle("a", .released)
        try expect(try await waited(queue, ["created_at": 300, "finished_at": 60], number: 2), near: 60)
        try await queue.settle("a", .dead, number: 2)
        let kept = try await queue.queue.attempts(of: id("a")).map { $0.waited?.components.seconds }
        try expect(kept[0], near: 60)
        try expect(kept[1], near: 300)
    }
}
