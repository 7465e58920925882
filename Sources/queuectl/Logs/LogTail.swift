import QueueKit

/// Cuts off all but the last lines of what a run has printed.
enum LogTail {
    /// The entries with the last lines, both streams counted together. A line that has not ended counts as one.
    static func of(_ entries: [LogEntry], lines limit: Int) -> [LogEntry] {
        var count = 0
        /// The streams of which everything further up is cut off, and those of which a line has been begun from its end.
        var closed: Set<LogEntry.Stream> = []
        var open: Set<LogEntry.Stream> = []
        var kept: [LogEntry] = []
        for entry in entries.reversed() where !closed.contains(entry.stream) {
            var first = entry.data.endIndex
            for at in entry.data.indices.reversed() {
                let isEnd = entry.data[at] == UInt8(ascii: "\n")
                if isEnd || !open.contains(entry.stream) {
                    if count == limit {
                        closed.insert(entry.stream)
                        break
                    }
                    count += 1
                    open.insert(entry.stream)
                }
                first = at
            }
            if let rest = entry.from(first) { kept.append(rest) }
            if closed.count == LogEntry.Stream.allCases.count { break }
        }
        return kept.reversed()
    }
}

extension LogEntry {
    /// What is left of it from one of its bytes on; nil if that is nothing.
    fileprivate func from(_ first: Int) -> LogEntry? {
        if first == 0 { return self }
        guard first < data.endIndex else { return nil }
        return LogEntry(
            number: number,
            time: time,
            stream: stream,
            offset: offset + first,
            data: Array(data[first...])
        )
    }
}
