import QueueKit
import Testing

@Suite struct AppendLogTests {
    private let token = JobToken(worker: workerA, request: 1)

    private func entry(_ number: Int64, _ text: String, _ stream: LogEntry.Stream = .stdout, at offset: Int = 0)
        -> NewLogEntry
    {
        NewLogEntry(number: number, stream: stream, offset: offset, data: Array(text.utf8))
    }

    @Test func outputIsKeptInOrderAndOffsetsTellWhatIsMissing() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        let entries = [
            entry(1, "one"), entry(2, "two", .stderr), entry(3, "three", at: 3), entry(7, "four", at: 78),
            entry(8, "", .stderr, at: 10),
        ]
        #expect(try await queue.queue.appendLog(of: id("a"), token: token, run: 1, entries) == .ok)
        let read = try await queue.queue.log(of: id("a"), run: 1)
        #expect(read.map(\.data) == entries.map(\.data))
        #expect(read.map(\.number) == [1, 2, 3, 7, 8])
        #expect(read.map(\.stream) == [.stdout, .stderr, .stdout, .stdout, .stderr])
        #expect(read.map(\.droppedBytes) == [0, 0, 0, 70, 7])
        try await queue.checkI1()
    }

    @Test func everyByteIsKept() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        let bytes = (0..<5).flatMap { _ in (0...255).map(UInt8.init) }
        let entries = [NewLogEntry(number: 1, stream: .stdout, data: bytes)]
        #expect(try await queue.queue.appendLog(of: id("a"), token: token, run: 1, entries) == .ok)
        #expect(try await queue.queue.log(of: id("a"), run: 1).map(\.data) == [bytes])
    }

    @Test func timeIsThatOfTheServerLessTheAge() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        let old = NewLogEntry(number: 1, stream: .stdout, age: .seconds(600), data: [1])
        #expect(try await queue.queue.appendLog(of: id("a"), token: token, run: 1, [old, entry(2, "x", at: 1)]) == .ok)
        let now = try await queue.queue.serverTime().milliseconds
        let ages = try await queue.queue.log(of: id("a"), run: 1).map { now - $0.time.milliseconds }
        #expect(600_000..<660_000 ~= ages[0] && 0..<60_000 ~= ages[1])
    }

    @Test func olderEntriesMakeRoom() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        let first = (1...4).map { entry($0, "\($0)", at: Int($0) - 1) }
        _ = try await queue.queue.appendLog(of: id("a"), token: token, run: 1, first)
        let second = [entry(5, "5", at: 4)]
        let result = try await queue.queue.appendLog(of: id("a"), token: token, run: 1, second, deleting: [2, 3, 99])
        #expect(result == .ok)
        let read = try await queue.queue.log(of: id("a"), run: 1)
        #expect(read.map(\.number) == [1, 4, 5])
        #expect(read.map(\.droppedBytes) == [0, 2, 0])
    }

    /// As when an answer was lost: what stands there stays as it is, and what does not is written.
    @Test func whatWasWrittenBeforeIsNotWrittenAgain() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        _ = try await queue.queue.appendLog(of: id("a"), token: token, run: 1, [entry(1, "a"), entry(2, "b", at: 1)])
        let again = [entry(1, "A"), entry(2, "B", at: 1), entry(3, "c", at: 2)]
        #expect(try await queue.queue.appendLog(of: id("a"), token: token, run: 1, again) == .ok)
        #expect(try await queue.queue.log(of: id("a"), run: 1).map(\.data) == ["a", "b", "c"].map { Array($0.utf8) })
    }

    @Test func aRunThatIsOverOrAnothersGetsNoOutput() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        let other = JobToken(worker: workerB, request: 1)
        #expect(try await queue.queue.appendLog(of: id("a"), token: other, run: 1, [entry(1, "x")]) == .stale)
        try await queue.settle("a", .completed)
        #expect(try await queue.queue.appendLog(of: id("a"), token: token, run: 1, [entry(1, "x")]) == .stale)
        #expect(try await queue.queue.appendLog(of: id("gone"), token: token, run: 1, [entry(1, "x")]) == .stale)
        #expect(try await queue.queue.log(of: id("a"), run: 1).isEmpty)
        try await queue.checkI1()
    }

    @Test func aLogOfAnotherTypeIsReportedAndNothingIsWritten() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        try await queue.send("SET", "R:log:a:1", "x")
        let error = await #expect(throws: QueueError.self) {
            try await queue.queue.appendLog(of: id("a"), token: token, run: 1, [entry(1, "x")])
        }
        #expect(error?.code == .broken)
        #expect(try await queue.settle("a", .completed) == .settled(.completed))
    }
}
