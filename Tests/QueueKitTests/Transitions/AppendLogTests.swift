import QueueKit
import Testing

@Suite struct AppendLogTests {
    private func entry(_ text: String, _ stream: LogEntry.Stream = .stdout, dropped: Int = 0) -> LogEntry {
        LogEntry(time: Timestamp(milliseconds: 0), stream: stream, data: Array(text.utf8), droppedBytes: dropped)
    }

    private let token = JobToken(worker: workerA, request: 1)

    @Test func outputIsKeptInOrderWithWhatWasDroppedCounted() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        let entries = [entry("one"), entry("two", .stderr), entry("three", dropped: 70)]
        try await queue.queue.appendLog(of: id("a"), token: token, run: 1, entries)
        let read = try await queue.queue.log(of: id("a"), run: 1)
        #expect(read.map(\.data) == entries.map(\.data))
        #expect(read.map(\.stream) == [.stdout, .stderr, .stdout])
        #expect(read.map(\.droppedBytes) == [0, 0, 70])
        try await queue.checkI1()
    }

    @Test func entriesAreBounded() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        let entries = (1...5).map { entry("\($0)") }
        try await queue.queue.appendLog(of: id("a"), token: token, run: 1, entries, entryLimit: 2)
        #expect(try await queue.queue.log(of: id("a"), run: 1).map(\.data) == [Array("4".utf8), Array("5".utf8)])
    }

    @Test func aRunThatIsOverOrAnothersGetsNoOutput() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        let other = JobToken(worker: workerB, request: 1)
        try await queue.queue.appendLog(of: id("a"), token: other, run: 1, [entry("x")])
        try await queue.settle("a", .completed)
        try await queue.queue.appendLog(of: id("a"), token: token, run: 1, [entry("x")])
        try await queue.queue.appendLog(of: id("gone"), token: token, run: 1, [entry("x")])
        #expect(try await queue.queue.log(of: id("a"), run: 1).isEmpty)
        try await queue.checkI1()
    }
}
