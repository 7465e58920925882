/// What is not to be shown: regular expressions, whose matches are replaced by a mark.
public struct Redaction: Sendable, Equatable {
    /// What stands in the place of what is hidden.
    public static let mark = "[redacted]"
    /// How many patterns there may be, and how many bytes each may have.
    static let patternLimit = 50
    static let patternBytes = 500

    private let patterns: [RegularExpression]

    /// Nothing is hidden.
    public static let none = Redaction(patterns: [])

    private init(patterns: [RegularExpression]) {
        self.patterns = patterns
    }

    /// Why a text is no list of patterns.
    struct Malformed: Error {
        let problem: String
    }

    /// Reads a list of patterns, a line for each. `none`, and nothing, is no pattern.
    init(_ text: String) throws(Malformed) {
        let lines = text == "none" ? [] : text.split(separator: "\n").map(String.init)
        guard lines.count <= Self.patternLimit else {
            throw Malformed(problem: "has \(lines.count) patterns; at most \(Self.patternLimit) are looked for")
        }
        var patterns: [RegularExpression] = []
        for line in lines { patterns.append(try Self.pattern(line)) }
        self.patterns = patterns
    }

    private static func pattern(_ text: String) throws(Malformed) -> RegularExpression {
        guard text.utf8.count <= patternBytes, !text.utf8.contains(0) else {
            throw Malformed(problem: "has a pattern of more than \(patternBytes) bytes, or with a NUL")
        }
        let pattern: RegularExpression
        do throws(RegularExpression.Malformed) {
            pattern = try RegularExpression(text)
        } catch {
            let shown = TerminalText.quotedForMessage(text)
            throw Malformed(problem: "is no list of regular expressions: \(shown): \(error.reason)")
        }
        if pattern.match(in: UnsafeRawBufferPointer(start: nil, count: 0), 0..<0) != nil {
            throw Malformed(
                problem: "has a pattern that matches nothing at all: \(TerminalText.quotedForMessage(text))"
            )
        }
        return pattern
    }

    /// Whether nothing is hidden.
    public var isEmpty: Bool { patterns.isEmpty }

    /// The patterns as they are written, a line for each; `none` if there are none.
    var text: String { isEmpty ? "none" : patterns.map(\.text).joined(separator: "\n") }

    /// The same text without what is to be hidden.
    public func redacted(_ text: String) -> String {
        if isEmpty { return text }
        return String(decoding: redacted(Array(text.utf8)), as: UTF8.self)
    }

    /// The same bytes without what is to be hidden in their lines.
    package func redacted(_ bytes: [UInt8]) -> [UInt8] {
        if isEmpty { return bytes }
        var redactor = LineRedactor(self)
        return redactor.add(bytes) + redactor.end()
    }

    /// What the patterns match in a part of a line, in order. None touches another.
    func matches(in bytes: ArraySlice<UInt8>) -> [Range<Int>] {
        var found: [Range<Int>] = []
        bytes.withUnsafeBytes { buffer in
            for pattern in patterns {
                var start = 0
                while start < buffer.count, let match = pattern.match(in: buffer, start..<buffer.count) {
                    if !match.isEmpty { found.append(match) }
                    start = max(match.upperBound, start + 1)
                }
            }
        }
        var merged: [Range<Int>] = []
        for range in found.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, last.upperBound > range.lowerBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        return merged
    }

    /// By their texts.
    public static func == (one: Redaction, other: Redaction) -> Bool { one.text == other.text }
}
