import QueueKit

/// A regular expression that a text has to match as a whole.
///
/// `$` is the end of the text and nothing else, a newline is a character like any other, and letters are bytes. So a pattern lets
/// through what it says and no more.
struct TextPattern: Sendable {
    private let expression: RegularExpression

    /// The most bytes that texts have where their pattern stands alone. Some patterns need a lot for each.
    static let usualBytes = 4096

    /// As it was written.
    var text: String { expression.text }

    /// - Throws: What is wrong with it.
    init(_ text: String) throws(RegularExpression.Malformed) {
        // Tied to the beginning: a search would begin anew at each byte, and take minutes for a long text.
        expression = try RegularExpression(text, isWhole: true)
    }

    /// Whether it matches all of a text without a NUL.
    func matches(_ text: String) -> Bool {
        // The match that begins first, and of these the longest: if any is all of the text, it is this one.
        Array(text.utf8).withUnsafeBytes { expression.match(in: $0, 0..<$0.count) == 0..<$0.count }
    }
}
