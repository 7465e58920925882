import QueueKit
import TestSupport
import Testing

/// Lists so long that taking an entry out of their middle would hold up the server.
@Suite struct LongListTests {
    private func long(_ list: String, _ state: String) async throws -> TestQueue {
        let queue = try TestQueue()
        try await queue.seedJobs(10, state: state, index: list, isList: true)
        try await queue.seedStale(10_000, in: list)
        return queue
    }

    private func count(_ queue: TestQueue, _ field: String) async throws -> Int64? {
        try await queue.send("HGET", "R:counts", field).int
    }

    @Test func aCancelledJobLeavesItsEntryToWhoeverMeetsIt() async throws {
        let queue = try await long("pending:5", "pending")
        #expect(try await queue.queue.cancel(ids(["j1", "j3"])) == [.done(.cancelled), .done(.cancelled)])
        #expect(try await count(queue, "stale:pending:5") == 10_002)
        try await queue.checkI1()
        #expect(try await queue.claim(4).ids == ["j0", "j2", "j4", "j5"])
        #expect(try await count(queue, "stale:pending:5") == 10_000)
        try await queue.checkI1()
    }

    @Test func aReplacedJobTakesItsEntryUpAgain() async throws {
        let queue = try await long("pending:5", "pending")
        #expect(try await queue.enqueue("j2", replace: true) == [.replaced(.pending)])
        try await queue.checkI1()
        #expect(try await queue.claim(4).ids == ["j0", "j1", "j2", "j3"])
        try await queue.checkI1()
    }

    @Test func aJobReplacedWithAnotherPriorityRunsOnce() async throws {
        let queue = try await long("pending:5", "pending")
        _ = try await queue.enqueue("j1", replace: true) { $0.priority = 4 }
        try await queue.checkI1()
        #expect(try await queue.claim(3).ids == ["j0", "j2", "j3"])
        _ = try await queue.enqueue("j5", replace: true) { $0.priority = 6 }
        #expect(try await queue.claim(3, number: 2).ids == ["j5", "j4", "j6"])
        try await queue.checkI1()
    }

    @Test func aDeletedJobWhoseIdIsUsedAgainStandsInTheListOnce() async throws {
        let queue = try await long("pending:5", "pending")
        for _ in 1...3 {
            _ = try await queue.queue.delete([id("j1")])
            try await queue.checkI1()
            #expect(try await queue.enqueue("j1") == [.added(.pending)])
        }
        #expect(try await queue.send("LLEN", "R:pending:5").int == 10_010)
        try await queue.checkI1()
        #expect(try await queue.claim(3).ids == ["j0", "j1", "j2"])
    }

    @Test func aDeadJobIsRetriedAndDiesAgainAtItsOldPlace() async throws {
        let queue = try await long("dlq", "dead")
        #expect(try await queue.queue.retry(ids(["j7"])) == [.done(.pending)])
        try await queue.checkI1()
        try await queue.run("j7", .dead)
        #expect(try await queue.send("LPOS", "R:dlq", "j7", "COUNT", "0").array?.count == 1)
        try await queue.checkI1()
    }

    @Test func theDeadLetterQueueShedsEntriesThatOutnumberItsJobs() async throws {
        let queue = try await long("dlq", "dead")
        var number: Int64 = 100
        try await waitUntil("they are few", within: .seconds(20)) {
            // As if the last look had been a second ago.
            try await queue.send("HINCRBY", "R:meta", "reaped_at", "-1000")
            number += 1
            _ = try await queue.claim(0, number: number)
            return try await count(queue, "stale:dlq") ?? 0 <= 200
        }
        try await queue.checkI1()
        let left = try await queue.queue.list(.dead, limit: 20).map(\.id.text)
        #expect(Set(left) == Set((0..<10).map { "j\($0)" }))
    }

    @Test func aBatchOfCancelsWalksOverABoundedNumberOfEntries() async throws {
        let queue = try TestQueue()
        try await queue.seedStale(9_800, in: "pending:5")
        try await queue.seedJobs(200, state: "pending", index: "pending:5", isList: true)
        let results = try await queue.queue.cancel(ids((0..<200).map { "j\($0)" }))
        #expect(results == Array(repeating: .done(.cancelled), count: 200))
        #expect(try #require(try await count(queue, "stale:pending:5")) > 9_900)
        try await queue.checkI1()
    }

    @Test func listsSkipWhatWasLeftBehind() async throws {
        let queue = try await long("pending:5", "pending")
        _ = try await queue.queue.cancel(ids(["j0", "j2"]))
        #expect(try await queue.queue.list(.pending, limit: 3).map(\.id.text) == ["j1", "j3", "j4"])
    }
}
