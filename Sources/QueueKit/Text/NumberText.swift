/// Numbers as people and JSON write them.
package enum NumberText {
    /// Writes a number without a needless fraction: 2 rather than 2.0, but 1.5.
    package static func format(_ number: Double) -> String {
        guard let whole = Int64(exactly: number) else { return "\(number)" }
        return String(whole)
    }

    /// Parses a number in digits, with an optional fraction and exponent; nil for anything else.
    ///
    /// Swift's own parser also takes `nan`, `inf` and `0x1p4`, none of which belongs in a job.
    package static func parse(_ text: String) -> Double? {
        guard case .number(let literal)? = JSONValue.parsed(bytes: Array(text.utf8)) else { return nil }
        return Double(literal)
    }
}
