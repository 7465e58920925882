import ProcessRunner
import QueueKit

/// Keeps account of what stands in the log of one run, and decides what is written next and what makes room for it.
///
/// The beginning of the output, up to half of the cap, stays. The other half is for the latest; there the stream that has
/// more gives way. Both halves are bounded in entries too, since an entry costs Redis some bytes of its own. Pure: no clock,
/// no Redis.
struct LogLedger {
    /// One change to the log, to be sent until it is answered.
    struct Batch {
        var entries: [(number: Int64, chunk: OutputChunk)] = []
        /// Numbers of entries that are taken out.
        var deletions: [Int64] = []
        fileprivate var headBytes = 0
        fileprivate var headEntries = 0
        fileprivate var endsBefore = SIMD2<Int>(0, 0)
    }

    private struct Tail {
        var entries: [(number: Int64, bytes: Int)] = []
        var bytes = 0
    }

    /// What waits to be written; nothing may be added meanwhile.
    private(set) var batch: Batch?
    /// Whether something had to give way: more than the cap was printed.
    private(set) var isBeyondCap = false

    private var lastNumber: Int64 = 0
    private var headLeft: Int
    private var headEntriesLeft: Int
    private let tailLimit: Int
    private let tailEntryLimit: Int
    private var tails = [Tail(), Tail()]
    /// Where the last entry of each stream ends.
    private var ends = SIMD2<Int>(0, 0)
    /// Entries that are to be taken out and were not yet, since Redis refused.
    private var overdue: [Int64] = []

    /// How large an entry may be: with its fields it fills a node of a stream (4 KiB), which Redis frees as a whole.
    private static let entryBytes = 4000

    init(cap: Int) {
        headLeft = cap - cap / 2
        tailLimit = cap / 2
        tailEntryLimit = Self.entryLimit(cap: cap) / 2
        headEntriesLeft = tailEntryLimit
    }

    /// How many entries the log of a run may have.
    static func entryLimit(cap: Int) -> Int { min(max(64, cap / 32), 16_384) }

    /// Plans how to write these chunks, the next of their streams. There must be no batch.
    mutating func add(_ chunks: [OutputChunk]) {
        guard batch == nil, !chunks.isEmpty else { return }
        var plan = Batch(deletions: overdue, endsBefore: ends)
        for chunk in chunks {
            ends[chunk.stream.rawValue] = chunk.end
            let first = headEntriesLeft > 0 ? min(headLeft, chunk.bytes.count) : 0
            for piece in chunk.pieces(0..<first, of: Self.entryBytes) {
                headLeft -= piece.bytes.count
                headEntriesLeft -= 1
                plan.headBytes += piece.bytes.count
                plan.headEntries += 1
                enter(piece, in: &plan)
            }
            // Small enough that little is lost when one goes for a few bytes.
            let size = max(1, min(Self.entryBytes, tailLimit / 8))
            for piece in chunk.pieces(first..<chunk.bytes.count, of: size) {
                enter(piece, in: &plan)
                tails[piece.stream.rawValue].entries.append((lastNumber, piece.bytes.count))
                tails[piece.stream.rawValue].bytes += piece.bytes.count
                makeRoom(in: &plan)
            }
        }
        send(plan)
    }

    /// Notes how much each stream had printed when the run ended, so that bytes that are missing at the end are told of too.
    mutating func close(_ output: CapturedOutput) {
        var plan = batch ?? Batch(deletions: overdue, endsBefore: ends)
        for stream in OutputChunk.Stream.allCases where output.totalBytes(of: stream) > ends[stream.rawValue] {
            let total = output.totalBytes(of: stream)
            ends[stream.rawValue] = total
            enter(OutputChunk(stream: stream, offset: total, readAt: .now, bytes: []), in: &plan)
        }
        send(plan)
    }

    /// The batch stands in Redis.
    mutating func written() {
        batch = nil
    }

    /// The batch was refused, and what is in it is lost.
    mutating func refused() {
        guard let lost = batch else { return }
        batch = nil
        overdue = lost.deletions
        headLeft += lost.headBytes
        headEntriesLeft += lost.headEntries
        ends = lost.endsBefore
        guard let first = lost.entries.first?.number else { return }
        for stream in tails.indices {
            tails[stream].bytes -= tails[stream].entries.reduce(0) { $0 + ($1.number >= first ? $1.bytes : 0) }
            tails[stream].entries.removeAll { $0.number >= first }
        }
    }

    private mutating func enter(_ chunk: OutputChunk, in plan: inout Batch) {
        lastNumber += 1
        plan.entries.append((lastNumber, chunk))
    }

    private mutating func send(_ plan: Batch) {
        overdue = []
        batch = plan.entries.isEmpty && plan.deletions.isEmpty ? nil : plan
    }

    private mutating func makeRoom(in plan: inout Batch) {
        while tails[0].bytes + tails[1].bytes > tailLimit { drop(from: larger(\.bytes), in: &plan) }
        while tails[0].entries.count + tails[1].entries.count > tailEntryLimit {
            drop(from: larger(\.entries.count), in: &plan)
        }
    }

    /// The stream that has more, or of two that have the same, the one with the older entry.
    private func larger(_ measure: (Tail) -> Int) -> Int {
        let (out, error) = (measure(tails[0]), measure(tails[1]))
        guard out == error, let first = tails[0].entries.first, let other = tails[1].entries.first else {
            return out > error ? 0 : 1
        }
        return first.number < other.number ? 0 : 1
    }

    private mutating func drop(from stream: Int, in plan: inout Batch) {
        isBeyondCap = true
        let (number, bytes) = tails[stream].entries.removeFirst()
        tails[stream].bytes -= bytes
        if let at = plan.entries.firstIndex(where: { $0.number == number }) {
            plan.entries.remove(at: at)
        } else {
            plan.deletions.append(number)
        }
    }
}

extension OutputChunk {
    /// A range of its bytes as chunks of at most this size.
    fileprivate func pieces(_ range: Range<Int>, of size: Int) -> [OutputChunk] {
        if range == 0..<bytes.count, bytes.count <= size { return bytes.isEmpty ? [] : [self] }
        return stride(from: range.lowerBound, to: range.upperBound, by: size).map { start in
            let end = min(start + size, range.upperBound)
            return OutputChunk(stream: stream, offset: offset + start, readAt: readAt, bytes: Array(bytes[start..<end]))
        }
    }
}
