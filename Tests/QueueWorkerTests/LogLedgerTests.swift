import ProcessRunner
import QueueKit
import TestSupport
import Testing

@testable import QueueWorker

@Suite struct LogLedgerTests {
    /// Whatever is printed, in whatever pieces, with gaps, and with batches refused now and then: what stands in the log is
    /// exact, within the cap, and ends with the latest.
    @Test(arguments: 0..<300)
    func theLogStaysExactAndWithinTheCap(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let cap = Int.random(in: 0...(seed % 2 == 0 ? 60 : 20_000), using: &random)
        var ledger = LogLedger(cap: cap)
        var log = Log()
        var printed = [0, 0]
        var isRefusing = false
        for _ in 0..<Int.random(in: 0...60, using: &random) {
            var chunks: [OutputChunk] = []
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let stream = Bool.random(using: &random) ? OutputChunk.Stream.standardOutput : .standardError
                if Int.random(in: 0..<10, using: &random) == 0 {
                    printed[stream.rawValue] += Int.random(in: 1...99, using: &random)
                }
                let count = Int.random(in: 1...(max(1, cap / 4)), using: &random)
                chunks.append(Log.chunk(stream, printed[stream.rawValue], count))
                printed[stream.rawValue] += count
            }
            ledger.add(chunks)
            guard let batch = ledger.batch else { continue }
            isRefusing = seed % 3 == 0 && Int.random(in: 0..<5, using: &random) == 0
            if isRefusing { ledger.refused() } else { log.apply(batch); ledger.written() }
            #expect(log.problems(cap: cap).isEmpty)
            if !isRefusing, cap >= 32, let last = chunks.last {
                #expect(log.entries.values.map(\.end).contains(last.end), "the latest is there")
            }
        }
        if seed % 3 != 0, printed[0] + printed[1] > 0, let first = log.entries.min(by: { $0.key < $1.key }), cap > 0 {
            #expect(first.value.offset <= 99, "the beginning is there")
        }
    }

    @Test func whatFitsIsKeptWhole() {
        var ledger = LogLedger(cap: 1000)
        var log = Log()
        for offset in stride(from: 0, to: 990, by: 33) {
            ledger.add([Log.chunk(offset % 2 == 0 ? .standardOutput : .standardError, offset / 66 * 33, 33)])
            if let batch = ledger.batch { log.apply(batch) }
            ledger.written()
        }
        #expect(log.entries.values.reduce(0) { $0 + $1.bytes.count } == 990)
        #expect(!ledger.isBeyondCap)
    }

    @Test func neitherStreamPushesTheOtherOut() {
        var ledger = LogLedger(cap: 1000)
        var log = Log()
        func add(_ stream: OutputChunk.Stream, _ offset: Int, _ count: Int) {
            ledger.add([Log.chunk(stream, offset, count)])
            if let batch = ledger.batch { log.apply(batch) }
            ledger.written()
        }
        add(.standardOutput, 0, 600)
        add(.standardError, 0, 50)
        for part in 1...20 { add(.standardOutput, 600 * part, 600) }
        #expect(log.entries.values.contains { $0.stream == .standardError && $0.bytes.count == 50 })
        #expect(log.entries.values.reduce(0) { $0 + $1.bytes.count } > 850)
        #expect(ledger.isBeyondCap)
    }

    /// A run that prints a word a second for days.
    @Test func entriesAreBounded() {
        var ledger = LogLedger(cap: 65_536)
        var log = Log()
        for number in 0..<5000 {
            ledger.add([Log.chunk(.standardOutput, number, 1)])
            if let batch = ledger.batch { log.apply(batch) }
            ledger.written()
        }
        #expect(log.entries.count == LogLedger.entryLimit(cap: 65_536))
        #expect(log.entries.values.map(\.offset).max() == 4999)
        #expect(log.problems(cap: 65_536).isEmpty)
    }

    @Test func whatIsMissingAtTheEndIsTold() async throws {
        let runner = try ProcessRunner()
        var spec = ProcessSpec(program: .shell("head -c 5000 /dev/zero; echo err >&2"))
        spec.outputLimit = 0
        let output = await runner.start(spec).result().output
        var ledger = LogLedger(cap: 0)
        ledger.add(output.chunks)
        ledger.close(output)
        #expect(ledger.batch?.entries.map(\.chunk.offset) == [5000, 4])
        #expect(ledger.batch?.entries.allSatisfy { $0.chunk.bytes.isEmpty } == true)
    }
}

/// What Redis would hold. The byte at an offset follows from the offset.
private struct Log {
    var entries: [Int64: OutputChunk] = [:]

    static func byte(_ stream: OutputChunk.Stream, _ offset: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: offset &* 31 &+ stream.rawValue)
    }

    static func chunk(_ stream: OutputChunk.Stream, _ offset: Int, _ count: Int) -> OutputChunk {
        let bytes = (offset..<offset + count).map { byte(stream, $0) }
        return OutputChunk(stream: stream, offset: offset, readAt: .now, bytes: bytes)
    }

    mutating func apply(_ batch: LogLedger.Batch) {
        for number in batch.deletions { entries[number] = nil }
        for (number, chunk) in batch.entries { entries[number] = chunk }
    }

    func problems(cap: Int) -> [String] {
        var found: [String] = []
        if entries.values.reduce(0, { $0 + $1.bytes.count }) > cap { found.append("over the cap") }
        if entries.count > LogLedger.entryLimit(cap: cap) { found.append("too many entries") }
        var ends = [0, 0]
        for (number, chunk) in entries.sorted(by: { $0.key < $1.key }) {
            if chunk.offset < ends[chunk.stream.rawValue] { found.append("\(number) overlaps") }
            ends[chunk.stream.rawValue] = chunk.end
            if chunk != Self.chunk(chunk.stream, chunk.offset, chunk.bytes.count, at: chunk) {
                found.append("\(number) is not what was printed")
            }
        }
        return found
    }

    private static func chunk(_ stream: OutputChunk.Stream, _ offset: Int, _ count: Int, at other: OutputChunk)
        -> OutputChunk
    {
        var chunk = chunk(stream, offset, count)
        chunk.readAt = other.readAt
        return chunk
    }
}
