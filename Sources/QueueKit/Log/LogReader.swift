import RedisClient

/// Reads the entries of one log in order, each once, and notices by their offsets what is missing between them.
struct LogReader {
    /// The number of the last entry that was read, 0 before the first.
    private(set) var last: Int64 = 0
    /// Where the next entry of a stream would begin if nothing were missing.
    private var next: [LogEntry.Stream: Int] = [:]

    /// Reads stream entries as XRANGE gives them. What is no entry of ours is skipped.
    mutating func read(_ reply: RESPValue) -> [LogEntry] {
        (reply.array ?? []).compactMap { entry($0) }
    }

    private mutating func entry(_ item: RESPValue) -> LogEntry? {
        guard let parts = item.array, parts.count == 2, let fields = parts[1].fields,
            let number = parts[0].string.flatMap({ Int64($0.prefix { $0 != "-" }) }), number > last
        else { return nil }
        let values = Dictionary(fields, uniquingKeysWith: { first, _ in first })
        guard let stream = values["stream"].flatMap({ LogEntry.Stream(rawValue: String(decoding: $0, as: UTF8.self)) }),
            let data = values["data"],
            let offset = values["offset"].flatMap(NumberText.stored).map({ Int($0) }), offset >= 0,
            let time = values["time"].flatMap(NumberText.stored)
        else { return nil }
        last = number
        let dropped = max(0, offset - next[stream, default: 0])
        next[stream] = offset + data.count
        return LogEntry(
            number: number,
            time: Timestamp(milliseconds: time),
            stream: stream,
            offset: offset,
            data: data,
            droppedBytes: dropped
        )
    }
}
