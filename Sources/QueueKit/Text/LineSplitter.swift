/// Cuts bytes that arrive in pieces into lines. Memory is bounded: of a line that is too long only the length is kept.
package struct LineSplitter: Sendable {
    /// A line without its end.
    package enum Line: Equatable {
        case text([UInt8])
        /// It was longer than the limit: this many bytes.
        case tooLong(Int)
    }

    private let limit: Int
    private var line: [UInt8] = []
    /// Bytes of a line that is too long; 0 while it is not.
    private var skipped = 0
    private var isAtStart = true

    package init(limit: Int) {
        self.limit = limit
    }

    /// Takes the next piece and hands out the lines that it ends, in order. A byte-order mark at the very start is
    /// dropped, as is a carriage return at the end of a line.
    package mutating func add(_ piece: ArraySlice<UInt8>, _ emit: (Line) -> Void) {
        var rest = piece
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            take(rest[..<end])
            emit(finish())
            rest = rest[(end + 1)...]
        }
        take(rest)
    }

    /// Hands out what stands behind the last line end, if anything does.
    package mutating func end(_ emit: (Line) -> Void) {
        if !line.isEmpty || skipped > 0 { emit(finish()) }
    }

    private mutating func take(_ bytes: ArraySlice<UInt8>) {
        if skipped > 0 {
            skipped += bytes.count
        } else if line.count + bytes.count > limit + 1 {
            // One more than the limit: that may be the carriage return.
            skipped = line.count + bytes.count
            line = []
        } else {
            line += bytes
        }
    }

    private mutating func finish() -> Line {
        defer {
            line = []
            skipped = 0
            isAtStart = false
        }
        if skipped > 0 { return .tooLong(skipped) }
        if isAtStart, line.starts(with: [0xef, 0xbb, 0xbf]) { line.removeFirst(3) }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return line.count > limit ? .tooLong(line.count) : .text(line)
    }
}
