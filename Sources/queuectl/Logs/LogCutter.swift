import QueueKit

/// Cuts the output of one stream anew: entries end anywhere, also within a character.
struct LogCutter {
    /// Where pieces may end.
    enum Cut {
        case anywhere
        /// Behind a whole character.
        case characters
        /// Behind a line; each line is a piece.
        case lines
    }

    private let cut: Cut
    /// What has to wait for more.
    private var held: LogEntry?

    /// A line that is longer is cut.
    private static let longestLine = 64 * 1024

    init(_ cut: Cut) {
        self.cut = cut
    }

    /// Takes the next entry, and gives the pieces that are complete. Each has the time at which its beginning was read.
    mutating func add(_ entry: LogEntry) -> [LogEntry] {
        // What was before a gap does not belong to what comes after.
        var pieces = entry.droppedBytes > 0 ? end() : []
        let whole = held.map { $0.with($0.data + entry.data) } ?? entry
        var start = 0
        for end in ends(in: whole.data) {
            pieces.append(whole.piece(start..<end, laterTime: entry.time))
            start = end
        }
        held = start < whole.data.count ? whole.piece(start..<whole.data.count, laterTime: entry.time) : nil
        return pieces
    }

    /// Gives what waited for more that does not come.
    mutating func end() -> [LogEntry] {
        defer { held = nil }
        return held.map { [$0] } ?? []
    }

    private func ends(in bytes: [UInt8]) -> [Int] {
        // An entry without bytes tells what is missing.
        guard !bytes.isEmpty else { return [0] }
        switch cut {
        case .anywhere: return [bytes.count]
        case .characters:
            let complete = bytes.count - UTF8Check.incompleteSuffix(of: bytes)
            return complete > 0 ? [complete] : []
        case .lines:
            let lines = bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
            return bytes.count - (lines.last ?? 0) > Self.longestLine ? lines + [bytes.count] : lines
        }
    }
}

extension LogEntry {
    /// The same with other bytes.
    fileprivate func with(_ data: [UInt8]) -> LogEntry {
        LogEntry(
            number: number,
            time: time,
            stream: stream,
            offset: offset,
            data: data,
            droppedBytes: droppedBytes
        )
    }

    /// Some of its bytes; those that are not its first came at a later time.
    fileprivate func piece(_ range: Range<Int>, laterTime: Timestamp) -> LogEntry {
        LogEntry(
            number: number,
            time: range.lowerBound == 0 ? time : laterTime,
            stream: stream,
            offset: offset + range.lowerBound,
            data: Array(data[range]),
            droppedBytes: range.lowerBound == 0 ? droppedBytes : 0
        )
    }
}
