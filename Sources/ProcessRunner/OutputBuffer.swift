/// Output of a run that nobody has taken yet: its first and its last bytes within one limit, in the order in which they were
/// read. The rest is counted.
///
/// Half of the limit is for beginnings, first come, first served; the other half for endings (``OutputTail``). So whatever
/// fits the limit is kept whole, and neither stream can push the other one out. Taking starts afresh.
struct OutputBuffer: Sendable {
    private let limit: Int
    private var head: [OutputChunk] = []
    private var headLeft: Int
    /// Nil before there is anything in it: most runs print little or nothing.
    private var tail: OutputTail?
    private var written = SIMD2<Int>(0, 0)
    private var dropped = SIMD2<Int>(0, 0)

    /// The reads of one stream in a row become one chunk, up to this size and age: a chunk costs some hundred bytes.
    static let chunkBytes = 16 * 1024
    static let chunkAge = Duration.milliseconds(100)
    /// How many chunks there may be in the head, and in the tail. Beyond these, order between the streams gives way.
    static let chunkLimit = 256

    init(limit: Int) {
        self.limit = max(0, limit)
        headLeft = self.limit - self.limit / 2
    }

    /// Whether there is nothing to be taken.
    var isEmpty: Bool { head.isEmpty && tail == nil }

    mutating func append(
        _ bytes: UnsafeRawBufferPointer,
        to stream: OutputChunk.Stream,
        at time: ContinuousClock.Instant
    ) {
        let first = min(headLeft, bytes.count)
        if first > 0 {
            headLeft -= first
            appendToHead(UnsafeRawBufferPointer(rebasing: bytes.prefix(first)), stream, time)
            written[stream.rawValue] += first
        }
        guard first < bytes.count else { return }
        let rest = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(first))
        var tail = self.tail.take() ?? OutputTail(limit: limit / 2)
        dropped &+= tail.append(rest, to: stream, offset: written[stream.rawValue], at: time)
        written[stream.rawValue] += rest.count
        self.tail = tail.isEmpty ? nil : tail
    }

    private mutating func appendToHead(
        _ bytes: UnsafeRawBufferPointer,
        _ stream: OutputChunk.Stream,
        _ time: ContinuousClock.Instant
    ) {
        let isFull = head.count >= Self.chunkLimit
        let at = isFull ? head.lastIndex { $0.stream == stream } : head.indices.last
        if let at, head[at].stream == stream, isFull || head[at].takes(bytes.count, at: time) {
            head[at].bytes.append(contentsOf: bytes)
        } else {
            head.append(
                OutputChunk(stream: stream, offset: written[stream.rawValue], readAt: time, bytes: Array(bytes))
            )
        }
    }

    /// Hands over what there is.
    mutating func take() -> [OutputChunk] {
        guard !isEmpty else { return [] }
        let chunks = head + (tail.take()?.chunks ?? [])
        head = []
        headLeft = limit - limit / 2
        return chunks
    }

    /// Hands over what there is, with the account of all that there was.
    mutating func takeAll() -> CapturedOutput {
        CapturedOutput(chunks: take(), written: written, dropped: dropped)
    }
}

extension OutputChunk {
    /// Whether so many more bytes of its stream, read at this time, may become part of it.
    func takes(_ count: Int, at time: ContinuousClock.Instant) -> Bool {
        bytes.count + count <= OutputBuffer.chunkBytes && time - readAt < OutputBuffer.chunkAge
    }
}
