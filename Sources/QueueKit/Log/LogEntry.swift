/// A piece of what a run has printed, as it stands in the log of the run.
public struct LogEntry: Sendable, Hashable {
    /// Where it was printed.
    public enum Stream: String, Sendable, Hashable, CaseIterable {
        /// Standard output.
        case stdout
        /// Standard error.
        case stderr
    }

    /// Its number in the log of its run; later ones are higher.
    public let number: Int64
    /// When it was read from the job, by Redis' clock.
    public let time: Timestamp
    /// Where it was printed.
    public let stream: Stream
    /// How many bytes the run had printed to this stream before.
    public let offset: Int
    /// The bytes as they were printed. None where an entry only tells how much was printed that is not kept.
    public let data: [UInt8]
    /// How many bytes of this stream, between the entry before and this one, are not kept.
    public let droppedBytes: Int

    /// Makes an entry.
    public init(number: Int64, time: Timestamp, stream: Stream, offset: Int, data: [UInt8], droppedBytes: Int = 0) {
        self.number = number
        self.time = time
        self.stream = stream
        self.offset = offset
        self.data = data
        self.droppedBytes = droppedBytes
    }
}

/// A piece of output that is to be written to the log of a run.
public struct NewLogEntry: Sendable, Hashable {
    /// Its number: higher than those of all entries sent before, also of those whose arrival is unknown.
    public var number: Int64
    /// Where it was printed.
    public var stream: LogEntry.Stream
    /// How many bytes the run had printed to this stream before.
    public var offset: Int
    /// How long ago it was read from the job.
    public var age: Duration
    /// The bytes as they were printed.
    public var data: [UInt8]

    /// Describes an entry.
    public init(number: Int64, stream: LogEntry.Stream, offset: Int = 0, age: Duration = .zero, data: [UInt8]) {
        self.number = number
        self.stream = stream
        self.offset = offset
        self.age = age
        self.data = data
    }
}
