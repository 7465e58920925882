/// Exit codes as people write them in settings: `0,3`, `75=10m,76=1h`, and `none` for an empty set.
enum ExitCodeText {
    /// Why a text was refused.
    enum Problem: Error {
        case malformed
        case outOfRange
        case twice
    }

    /// The word for no code at all.
    static let none = "none"

    /// Parses a code: digits without sign, 0...255.
    static func code(_ text: some StringProtocol) throws(Problem) -> Int {
        guard !text.isEmpty, text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else {
            throw .malformed
        }
        guard let code = Int(text), JobLimits.exitCode.contains(code) else { throw .outOfRange }
        return code
    }

    /// Parses codes with commas between them.
    static func codes(_ text: String) throws(Problem) -> Set<Int> {
        if text == none { return [] }
        var codes: Set<Int> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard codes.insert(try code(trimmed(part))).inserted else { throw .twice }
        }
        return codes
    }

    /// Parses codes with a wait each.
    static func waits(_ text: String) throws(Problem) -> [Int: Duration] {
        if text == none { return [:] }
        var waits: [Int: Duration] = [:]
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2, let wait = DurationText.parse(String(trimmed(sides[1]))) else { throw .malformed }
            guard JobLimits.snooze.contains(wait) else { throw .outOfRange }
            guard waits.updateValue(wait, forKey: try code(trimmed(sides[0]))) == nil else { throw .twice }
        }
        return waits
    }

    /// Writes codes in ascending order; `codes` gives the same set back.
    static func format(_ codes: Set<Int>) -> String {
        codes.isEmpty ? none : codes.sorted().map(String.init).joined(separator: ",")
    }

    /// Writes codes with their waits in ascending order; `waits` gives the same back.
    static func format(_ waits: [Int: Duration]) -> String {
        let parts = waits.sorted { $0.key < $1.key }.map { "\($0.key)=\(DurationText.format($0.value))" }
        return parts.isEmpty ? none : parts.joined(separator: ",")
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return text
    }
}
