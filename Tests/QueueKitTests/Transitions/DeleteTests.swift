import QueueKit
import Testing

@Suite struct DeleteTests {
    @Test(arguments: JobState.allCases.filter { $0 != .processing })
    func nothingIsLeftOfAJob(state: JobState) async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: state)
        if try await queue.queue.job(id("a"))?.run == 1 {
            try await queue.send("XADD", "R:log:a:1", "*", "stream", "stdout", "data", "x")
        }
        #expect(try await queue.queue.delete([id("a")]) == [.done(state)])
        let kept = try await queue.stored().keys.filter { $0.contains(":a") && !$0.hasPrefix("worker:") }
        #expect(kept.isEmpty)
        #expect(try await queue.claim(9, number: 9).ids.isEmpty)
        try await queue.checkI1()
    }

    @Test func aRunningOrMissingJobIsLeftAlone() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        #expect(try await queue.queue.delete(ids(["a", "gone"])) == [.wrongState(.processing), .notFound])
        #expect(try await queue.settle("a", .completed) == .settled(.completed))
        try await queue.checkI1()
    }

    @Test func anIdTwiceIsDeletedOnce() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a")
        #expect(try await queue.queue.delete(ids(["a", "a"])) == [.done(.pending), .notFound])
        try await queue.checkI1()
    }

    @Test func itsIdCanBeUsedAgain() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .completed)
        _ = try await queue.queue.delete([id("a")])
        #expect(try await queue.enqueue("a") == [.added(.pending)])
        #expect(try await queue.settle("a", .dead) == .stale(.pending))
        #expect(try await queue.claim(9, number: 2).ids == ["a"])
        try await queue.checkI1()
    }
}
