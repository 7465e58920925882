/// A piece of what a run wrote to one of its streams.
public struct OutputChunk: Sendable, Equatable {
    /// The streams of a run.
    public enum Stream: Int, Sendable, CaseIterable {
        /// Descriptor 1.
        case standardOutput
        /// Descriptor 2.
        case standardError
    }

    /// Where it was written.
    public var stream: Stream
    /// How many bytes the run had written to this stream before. A jump from the end of the chunk before means bytes that were
    /// not kept.
    public var offset: Int
    /// When its first byte was read.
    public var readAt: ContinuousClock.Instant
    /// What was written.
    public var bytes: [UInt8]

    /// The offset of what comes next in the stream.
    public var end: Int { offset + bytes.count }

    /// Makes a chunk.
    public init(stream: Stream, offset: Int, readAt: ContinuousClock.Instant, bytes: [UInt8]) {
        self.stream = stream
        self.offset = offset
        self.readAt = readAt
        self.bytes = bytes
    }
}

/// What a run wrote, byte for byte, as far as it was kept and not taken while it ran.
public struct CapturedOutput: Sendable, Equatable {
    /// What one stream wrote.
    public struct Stream: Sendable, Equatable {
        /// The bytes that are here. If some were dropped, these are from before and after.
        public var bytes: [UInt8]
        /// How many bytes the run wrote to it in all.
        public var totalBytes: Int
        /// How many of them are neither here nor were taken.
        public var droppedBytes: Int
    }

    /// The pieces of both streams in the order in which they were read. (What a run writes in its first 5 ms, or to
    /// two streams at the same time, is read one stream after the other.)
    public var chunks: [OutputChunk]
    private var written: SIMD2<Int>
    private var dropped: SIMD2<Int>

    /// What it wrote to descriptor 1.
    public var standardOutput: Stream { stream(.standardOutput) }
    /// What it wrote to descriptor 2.
    public var standardError: Stream { stream(.standardError) }

    /// No output.
    public init() { self.init(chunks: [], written: SIMD2(0, 0), dropped: SIMD2(0, 0)) }

    init(chunks: [OutputChunk], written: SIMD2<Int>, dropped: SIMD2<Int>) {
        self.chunks = chunks
        self.written = written
        self.dropped = dropped
    }

    /// How many bytes the run wrote to a stream in all.
    public func totalBytes(of stream: OutputChunk.Stream) -> Int { written[stream.rawValue] }

    /// What it wrote to a stream.
    public func stream(_ stream: OutputChunk.Stream) -> Stream {
        Stream(
            bytes: chunks.lazy.filter { $0.stream == stream }.flatMap(\.bytes),
            totalBytes: written[stream.rawValue],
            droppedBytes: dropped[stream.rawValue]
        )
    }
}
