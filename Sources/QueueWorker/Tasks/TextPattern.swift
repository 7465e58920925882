import Glibc

/// A POSIX extended regular expression that a text has to match as a whole.
///
/// Not a `Regex`: here `$` is the end of the text and nothing else, a newline is a character like any other, and letters are bytes
/// in the C locale. So a pattern lets through what it says and no more.
final class TextPattern: @unchecked Sendable {
    // Safe because it is compiled once; regexec reads it, and takes a lock for what it caches.
    private var compiled = regex_t()
    /// The most bytes that texts have where their pattern stands alone. Some patterns need a lot for each.
    static let usualBytes = 4096
    /// As it was written.
    let text: String

    /// - Throws: What is wrong with it.
    init(_ text: String) throws(Malformed) {
        self.text = text
        if Self.hasBackReference(text) { throw Malformed(reason: "back-references are not supported") }
        // By itself first: within parentheses, a mistake could have a meaning.
        try Self.compile(text, into: &compiled)
        regfree(&compiled)
        // Tied to the beginning: a search would begin anew at each byte, and take minutes for a long text.
        try Self.compile("^(\(text))$", into: &compiled)
    }

    private static func compile(_ text: String, into compiled: inout regex_t) throws(Malformed) {
        let code = regcomp(&compiled, text, REG_EXTENDED)
        guard code != 0 else { return }
        var words = [CChar](repeating: 0, count: 200)
        regerror(code, &compiled, &words, words.count)
        throw Malformed(reason: String(decoding: words.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self))
    }

    /// Whether there is a `\1`: an extension, whose time grows without bounds.
    private static func hasBackReference(_ text: String) -> Bool {
        var bytes = text.utf8[...]
        while let backslash = bytes.firstIndex(of: UInt8(ascii: "\\")) {
            bytes = bytes[bytes.index(after: backslash)...]
            guard let escaped = bytes.popFirst() else { return false }
            if UInt8(ascii: "1")...UInt8(ascii: "9") ~= escaped { return true }
        }
        return false
    }

    struct Malformed: Error {
        let reason: String
    }

    deinit { regfree(&compiled) }

    /// Whether it matches all of a text without a NUL.
    func matches(_ text: String) -> Bool {
        var place = regmatch_t()
        // The match that begins first, and of these the longest: if any is all of the text, it is this one.
        guard regexec(&compiled, text, 1, &place, 0) == 0 else { return false }
        return place.rm_so == 0 && Int(place.rm_eo) == text.utf8.count
    }
}
