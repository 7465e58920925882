/// The last bytes of two streams within one limit. Of these, the stream that has more gives way.
struct OutputTail: Sendable {
    private struct Entry {
        /// Its place in the order of both streams.
        let number: Int
        var chunk: OutputChunk
    }

    private struct Queue {
        var entries: [Entry] = []
        var bytes = 0
    }

    private let limit: Int
    private var queues = [Queue(), Queue()]
    private var lastNumber = 0

    init(limit: Int) {
        self.limit = limit
    }

    var isEmpty: Bool { queues[0].entries.isEmpty && queues[1].entries.isEmpty }

    /// Appends bytes, and makes room for them. Returns how many were dropped of each stream: old ones, or
    /// some of these.
    mutating func append(
        _ bytes: UnsafeRawBufferPointer,
        to stream: OutputChunk.Stream,
        offset: Int,
        at time: ContinuousClock.Instant
    ) -> SIMD2<Int> {
        let mine = stream.rawValue
        let other = 1 - mine
        let fair = max(limit / 2, limit - queues[other].bytes)
        let excess = max(0, queues[mine].bytes + bytes.count - fair)
        let old = min(excess, queues[mine].bytes)
        removeFirst(old, of: mine)
        let rest = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(excess - old))
        let overflow = max(0, queues[mine].bytes + rest.count + queues[other].bytes - limit)
        removeFirst(overflow, of: other)
        if !rest.isEmpty { store(rest, stream, offset + bytes.count - rest.count, time) }
        return mine == 0 ? SIMD2(excess, overflow) : SIMD2(overflow, excess)
    }

    private mutating func store(
        _ bytes: UnsafeRawBufferPointer,
        _ stream: OutputChunk.Stream,
        _ offset: Int,
        _ time: ContinuousClock.Instant
    ) {
        let mine = stream.rawValue
        queues[mine].bytes += bytes.count
        let isFull = queues[0].entries.count + queues[1].entries.count >= OutputBuffer.chunkLimit
        if let last = queues[mine].entries.last,
            isFull || (last.number == lastNumber && last.chunk.takes(bytes.count, at: time))
        {
            queues[mine].entries[queues[mine].entries.count - 1].chunk.bytes.append(contentsOf: bytes)
        } else {
            lastNumber += 1
            let chunk = OutputChunk(stream: stream, offset: offset, readAt: time, bytes: Array(bytes))
            queues[mine].entries.append(Entry(number: lastNumber, chunk: chunk))
        }
    }

    private mutating func removeFirst(_ count: Int, of stream: Int) {
        guard count > 0 else { return }
        queues[stream].bytes -= count
        var rest = count
        var whole = 0
        for entry in queues[stream].entries {
            guard rest >= entry.chunk.bytes.count else { break }
            rest -= entry.chunk.bytes.count
            whole += 1
        }
        queues[stream].entries.removeFirst(whole)
        guard rest > 0 else { return }
        queues[stream].entries[0].chunk.bytes.removeFirst(rest)
        queues[stream].entries[0].chunk.offset += rest
    }

    /// What there is, in order.
    var chunks: [OutputChunk] {
        (queues[0].entries + queues[1].entries).sorted { $0.number < $1.number }.map(\.chunk)
    }
}
