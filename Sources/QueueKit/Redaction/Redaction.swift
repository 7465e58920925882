import Synchronization

/// What is not to be shown: regular expressions, whose matches are replaced by a mark.
public struct Redaction: Sendable, Equatable {
    /// What stands in the place of what is hidden.
    public static let mark = "[redacted]"
    /// How many patterns there may be, and how many bytes each may have.
    static let patternLimit = 50
    static let patternBytes = 500
    /// How many steps all of them may have together: so many are taken for a byte at the most.
    static let sizeLimit = 1000

    private let patterns: [LinePattern]

    /// Nothing is hidden.
    public static let none = Redaction(patterns: [])

    private init(patterns: [LinePattern]) {
        self.patterns = patterns
    }

    /// Why a text is no list of patterns.
    struct Malformed: Error, Equatable {
        let problem: String
    }

    /// Reads a list of patterns, a line for each. `none` is no pattern.
    ///
    /// - Throws: What is wrong with the first line that is.
    init(_ text: String) throws(Malformed) {
        let (redaction, problems) = Self.reading(text)
        if let problem = problems.first { throw problem }
        self = redaction
    }

    /// Reads what is stored: what is wrong is left out and told, so that a line that somebody has damaged does not show what the others hide.
    static func stored(_ text: String) -> (Redaction, problems: [Malformed]) {
        latest.withLock { latest in
            if let latest, latest.text.utf8.elementsEqual(text.utf8) { return (latest.redaction, latest.problems) }
            let (redaction, problems) = reading(text)
            latest = (text, redaction, problems)
            return (redaction, problems)
        }
    }

    /// What was read last: workers read the same with each heartbeat.
    private static let latest = Mutex<(text: String, redaction: Redaction, problems: [Malformed])?>(nil)

    private static func reading(_ text: String) -> (Redaction, problems: [Malformed]) {
        if text == "none" { return (.none, []) }
        var patterns: [LinePattern] = []
        var problems: [Malformed] = []
        var left = sizeLimit
        // By bytes: to Swift, a carriage return and a newline are one character.
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if line.isEmpty { continue }
            guard patterns.count < patternLimit else {
                problems.append(Malformed(problem: "has more than \(patternLimit) patterns"))
                break
            }
            do throws(Malformed) {
                let pattern = try pattern(String(decoding: line, as: UTF8.self), limit: left)
                left -= pattern.size
                patterns.append(pattern)
            } catch {
                problems.append(error)
            }
        }
        if patterns.isEmpty, problems.isEmpty { problems.append(Malformed(problem: "has no pattern")) }
        return (Redaction(patterns: patterns), problems)
    }

    private static func pattern(_ text: String, limit: Int) throws(Malformed) -> LinePattern {
        let shown = TerminalText.quotedForMessage(text)
        guard text.utf8.count <= patternBytes else {
            throw Malformed(problem: "has a pattern of more than \(patternBytes) bytes: \(shown)")
        }
        guard !text.utf8.contains(where: { ($0 < 32 && $0 != UInt8(ascii: "\t")) || $0 == 127 }) else {
            throw Malformed(problem: "has a pattern with a control character: \(shown)")
        }
        let pattern: LinePattern
        do throws(RegularExpression.Malformed) {
            pattern = try LinePattern(text, limit: limit)
        } catch {
            throw Malformed(problem: "is no list of regular expressions: \(shown): \(error.reason)")
        }
        if pattern.matchesNothing { throw Malformed(problem: "has a pattern that matches nothing at all: \(shown)") }
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
                pattern.search(buffer) { match in
                    if match.isEmpty { return }
                    // Of a match that goes on, each end is told.
                    while let last = found.last, last.lowerBound >= match.lowerBound,
                        last.upperBound <= match.upperBound
                    {
                        found.removeLast()
                    }
                    found.append(match)
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
