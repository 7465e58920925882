/// Applies a ``Redaction`` to bytes as they come, line by line: what has no end yet is held back.
///
/// A line ends with a newline or a carriage return. Of one that is longer than the limit pieces are looked at, which overlap.
package struct LineRedactor: Sendable {
    private let redaction: Redaction
    private var held: [UInt8] = []
    /// Whether something that is hidden was longer than a piece: then nothing more of its line is shown.
    private var isHiding = false

    /// What may be held back of a line that does not end.
    static let pieceBytes = 2048
    private static let overlap = 256

    package init(_ redaction: Redaction) {
        self.redaction = redaction
    }

    /// Takes the next bytes, and gives what can be shown by now.
    package mutating func add(_ bytes: [UInt8]) -> [UInt8] {
        held += bytes
        var given: [UInt8] = []
        var start = 0
        while start < held.count {
            let limit = min(held.count, start + Self.pieceBytes)
            if let end = held[start..<limit].firstIndex(where: { $0 == 10 || $0 == 13 }) {
                given += show(held[start..<end])
                given.append(held[end])
                isHiding = false
                start = end + 1
            } else if limit - start == Self.pieceBytes {
                start += show(held[start..<limit], into: &given)
            } else {
                break
            }
        }
        held.removeFirst(start)
        return given
    }

    /// Gives what was held back.
    package mutating func end() -> [UInt8] {
        defer {
            held = []
            isHiding = false
        }
        return show(held[...])
    }

    private func show(_ line: ArraySlice<UInt8>) -> [UInt8] {
        isHiding ? [] : Self.replace(redaction.matches(in: line), in: line)
    }

    /// Shows the beginning of a piece of a line that goes on. Returns how many bytes are done with.
    private mutating func show(_ piece: ArraySlice<UInt8>, into given: inout [UInt8]) -> Int {
        if isHiding { return piece.count }
        let matches = redaction.matches(in: piece)
        var cut = piece.count - Self.overlap
        if let match = matches.first(where: { $0.contains(cut) }) {
            isHiding = match.lowerBound == 0
            cut = isHiding ? piece.count : match.lowerBound
        }
        given += Self.replace(matches.filter { $0.lowerBound < cut }, in: piece.prefix(cut))
        return cut
    }

    private static func replace(_ matches: [Range<Int>], in bytes: ArraySlice<UInt8>) -> [UInt8] {
        if matches.isEmpty { return Array(bytes) }
        var given: [UInt8] = []
        var at = bytes.startIndex
        for match in matches {
            given += bytes[at..<bytes.startIndex + match.lowerBound]
            given += Redaction.mark.utf8
            at = min(bytes.startIndex + match.upperBound, bytes.endIndex)
        }
        return given + bytes[at...]
    }
}
