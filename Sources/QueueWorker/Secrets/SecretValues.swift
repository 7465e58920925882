import QueueKit

/// The values that a run was given by `env_from`, so that they can be hidden in what comes of it.
struct SecretValues: Sendable {
    /// What is shorter would be found everywhere, and hide more than it protects.
    static let leastBytes = 4

    private let matcher: ValueMatcher
    /// The variables whose values are too short to be hidden, sorted.
    let tooShort: [String]

    /// Takes the values apart into their lines, without the blanks around these: a key in several lines is printed with others before and
    /// behind them. Nil if there is nothing to hide, and nothing to tell.
    init?(_ values: [String: String]) {
        var lines: Set<[UInt8]> = []
        var tooShort: [String] = []
        for (name, value) in values where !value.isEmpty {
            let long = value.utf8.split(separator: UInt8(ascii: "\n")).map(Self.trimmed).filter {
                $0.count >= Self.leastBytes
            }
            if long.isEmpty { tooShort.append(name) }
            lines.formUnion(long)
        }
        if lines.isEmpty && tooShort.isEmpty { return nil }
        matcher = ValueMatcher(lines)
        self.tooShort = tooShort.sorted()
    }

    /// A filter for a stream.
    var filter: ValueFilter { ValueFilter(matcher) }

    /// The same without the values.
    func hidden(in bytes: [UInt8]) -> [UInt8] {
        var filter = filter
        return bytes.withUnsafeBytes { filter.add($0) } + filter.end()
    }

    /// The same for what a run tells of itself: in JSON, characters may be written in several ways.
    func hidden(in note: RunNote) -> RunNote {
        switch note {
        case .progress(let percent, let text): .progress(percent, text.map(hidden))
        case .result(let json): .result(JSONValue.mapped(json, hidden))
        case .error(let text): .error(hidden(in: text))
        case .fatal(let text): .fatal(hidden(in: text))
        case .retryAfter: note
        }
    }

    private func hidden(in text: String) -> String {
        String(decoding: hidden(in: Array(text.utf8)), as: UTF8.self)
    }

    private static func trimmed(_ line: Substring.UTF8View.SubSequence) -> [UInt8] {
        let isBlank = { (byte: UInt8) in
            byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
        }
        return Array(line.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}
