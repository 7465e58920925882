import QueueKit
import Testing

/// What is kept of dead jobs: everything, unless a bound is configured.
@Suite struct DeadLetterRetentionTests {
    /// A queue with dead jobs `d0`, `d1`, ... that died a minute ago, the oldest first.
    private func dead(_ count: Int) async throws -> TestQueue {
        let queue = try TestQueue()
        try await queue.seedJobs(count, state: "dead", index: "dlq", isList: true, named: "d")
        return queue
    }

    private func keepHouse(_ queue: TestQueue, times: Int = 1) async throws {
        for _ in 0..<times {
            try await queue.allowReap()
            _ = try await queue.claim(0)
        }
    }

    private func left(_ queue: TestQueue) async throws -> [String] {
        try await queue.queue.list(.dead, limit: 1000).map(\.id.text).reversed()
    }

    private func expired(_ queue: TestQueue) async throws -> Int? {
        try await queue.queue.status(heartbeat: .seconds(1)).totals["dlq_removed"]
    }

    @Test func withoutABoundNoneEverGoes() async throws {
        var queue = try await dead(300)
        queue.configuration.retentionAge = .zero
        queue.configuration.retentionCount = 0
        try await keepHouse(queue, times: 3)
        #expect(try await left(queue).count == 300)
        #expect(try await expired(queue) == nil)
        try await queue.checkI1()
    }

    @Test func beyondTheCountTheOldestGoAndAreCounted() async throws {
        var queue = try await dead(250)
        queue.configuration.dlqRetentionCount = 20
        try await keepHouse(queue)
        #expect(try await left(queue).count == 150)
        try await keepHouse(queue, times: 2)
        #expect(try await left(queue) == (230..<250).map { "d\($0)" })
        #expect(try await expired(queue) == 230)
        #expect(try await queue.send("EXISTS", "R:job:d0").int == 0)
        try await queue.checkI1()
    }

    @Test func whatIsTooOldGoesAndTheYoungStay() async throws {
        var queue = try await dead(5)
        queue.configuration.dlqRetentionAge = .seconds(30)
        try await queue.bring("young", to: .dead)
        try await keepHouse(queue)
        #expect(try await left(queue) == ["young"])
        #expect(try await expired(queue) == 5)
        try await queue.checkI1()
    }

    @Test func oneThatDiedAgainAtItsOldPlaceHidesNoOlderOnes() async throws {
        var queue = try await dead(5)
        let now = try await queue.queue.serverTime()
        try await queue.send("HSET", "R:job:d0", "finished_at", String(now.milliseconds))
        queue.configuration.dlqRetentionAge = .seconds(30)
        try await keepHouse(queue)
        #expect(try await left(queue) == ["d0"])
        try await queue.checkI1()
    }

    @Test func jobsThatDieFasterThanHouseIsKeptPushOldOnesOut() async throws {
        var queue = try await dead(20)
        queue.configuration.dlqRetentionCount = 20
        try await queue.enqueue("a", "b")
        _ = try await queue.claim(2)
        // Not a claim after a second: this very turn.
        _ = try await queue.turn([queue.settlement("a", .dead), queue.settlement("b", .dead)], claiming: 1)
        #expect(try await left(queue) == (2..<20).map { "d\($0)" } + ["a", "b"])
        #expect(try await expired(queue) == 2)
        try await queue.checkI1()
    }

    @Test func attemptsAndOutputGoWithThem() async throws {
        var queue = try TestQueue()
        try await queue.bring("a", to: .dead)
        try await queue.send("XADD", "R:log:a:1", "*", "stream", "stdout", "data", "x")
        queue.configuration.dlqRetentionCount = 0
        try await keepHouse(queue)
        let kept = try await queue.stored().keys.filter { $0.contains(":a") && !$0.hasPrefix("worker") }
        #expect(kept == [])
        try await queue.checkI1()
    }

    @Test func damagedOnesAreCountedOutAndStopNothing() async throws {
        var queue = try await dead(5)
        try await queue.seed("DEL R:job:d0 R:job:d2", "SET R:job:d2 x")
        queue.configuration.dlqRetentionCount = 1
        try await keepHouse(queue, times: 2)
        #expect(try await left(queue) == ["d4"])
        try await queue.checkI1()
    }

    @Test func aListOfAnotherTypeDoesNotKeepAnyoneFromClaiming() async throws {
        var queue = try TestQueue()
        queue.configuration.dlqRetentionCount = 1
        queue.configuration.dlqRetentionAge = .zero
        try await queue.enqueue("a")
        try await queue.send("SET", "R:dlq", "x")
        #expect(try await queue.claim(1).ids == ["a"])
    }
}
