import QueueKit
import Testing

/// The doorbell: who rings when, and that one bell waits at the most.
@Suite struct BellTests {
    private func bells(_ queue: TestQueue) async throws -> Int64 {
        try await queue.send("LLEN", "R:incoming").int ?? -1
    }

    @Test func manyEnqueuesRingOneBell() async throws {
        let queue = try TestQueue()
        for id in ["a", "b", "c"] { try await queue.enqueue(id) }
        #expect(try await bells(queue) == 1)
    }

    @Test func aClaimThatLeavesWorkRingsAndOneThatTakesAllDoesNot() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a", "b", "c")
        try await queue.claim(1)
        #expect(try await bells(queue) == 1)
        try await queue.claim(2, number: 2)
        #expect(try await bells(queue) == 0)
        try await queue.claim(2, number: 3)
        #expect(try await bells(queue) == 0)
    }

    @Test func whoCannotUseABellPassesItOn() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a")
        try await queue.claim(0)
        #expect(try await bells(queue) == 1)
    }

    @Test func aBellForASuspectIsPassedOnToo() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        try await queue.seed("HSET R:job:a crash_count 1")
        try await queue.move("a", in: "processing", to: -1)
        try await queue.allowReap()
        try await queue.claim(0)
        #expect(try await bells(queue) == 1)
        try await queue.claim(0)
        #expect(try await bells(queue) == 1)
    }

    @Test func aWorkerThatMayTakeNoSuspectDoesNotRingForItself() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a")
        try await queue.seed("DEL R:pending:5", "RPUSH R:suspects a", "HSET R:job:a suspect 1")
        try await queue.claim(1, maySuspect: false)
        #expect(try await bells(queue) == 0)
    }

    @Test func aRepeatedClaimRingsAsTheFirstDid() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a", "b")
        try await queue.claim(1)
        try await queue.claim(1)
        #expect(try await bells(queue) == 1)
    }

    @Test(arguments: [
        (Settlement.Outcome.completed, Int64(0)), (.retry(after: .seconds(60)), 0), (.retry(after: .seconds(1)), 1),
        (.dead, 0), (.released, 1), (.cancelled, 0), (.snoozed(for: .seconds(60)), 0), (.snoozed(for: .seconds(1)), 1),
    ])
    func aSettleRingsIfSomebodyCouldTakeTheJobSoon(outcome: Settlement.Outcome, expected: Int64) async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        try await queue.settle("a", outcome)
        #expect(try await bells(queue) == expected)
    }

    @Test func onlyAJobThatComesFirstMovesTheAlarmOfThoseThatSleep() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a") { $0.delay = .seconds(60) }
        #expect(try await bells(queue) == 0)
        try await queue.move("a", in: "scheduled", to: -1)
        try await queue.enqueue("b") { $0.delay = .seconds(2) }
        #expect(try await bells(queue) == 0)
        for id in ["a", "b"] { try await queue.move(id, in: "scheduled", to: 60) }
        try await queue.enqueue("c") { $0.delay = .seconds(2) }
        #expect(try await bells(queue) == 1)
    }

    @Test func nothingRingsWhilePaused() async throws {
        let queue = try TestQueue()
        _ = try await queue.queue.pause()
        try await queue.enqueue("a", "b")
        try await queue.enqueue("c") { $0.delay = .seconds(1) }
        try await queue.claim(0)
        #expect(try await bells(queue) == 0)
    }

    @Test func aPushThatWaitsIsBellEnough() async throws {
        let queue = try TestQueue()
        try await queue.send("LPUSH", "R:incoming", #"{"command":"x"}"#)
        try await queue.enqueue("a")
        #expect(try await bells(queue) == 1)
    }

    @Test func aThousandEntriesLeftBehindDoNotKeepTheWorkBehindThemWaiting() async throws {
        let queue = try TestQueue()
        try await queue.seedStale(1500, in: "pending:5")
        try await queue.enqueue("a")
        #expect(try await queue.claim(1).ids.isEmpty)
        #expect(try await bells(queue) == 1)
        #expect(try await queue.claim(1, number: 2).ids == ["a"])
        #expect(try await bells(queue) == 0)
        try await queue.checkI1()
    }
}
