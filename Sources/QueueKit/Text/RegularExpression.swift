import Glibc

/// A POSIX extended regular expression, on bytes in the C locale, by the C library.
///
/// Not a `Regex`: that goes back and forth, and some patterns take it longer than anybody lives. This engine's time grows with the
/// square of the text at the most; but its memory grows with the square of the repetitions, and what a byte takes has no bound worth the
/// name. So it is for patterns of whoever runs the worker. What comes from Redis is looked for by ``LinePattern``.
package final class RegularExpression: @unchecked Sendable {
    // Safe because it is compiled once; regexec reads it, and takes a lock for what it caches.
    private var compiled = regex_t()
    /// As it was written.
    package let text: String

    /// What a single number of repetitions may be, by the C library.
    private static let mostRepetitions = 32_767

    /// Why a text is none.
    package struct Malformed: Error {
        package let reason: String
    }

    /// - Parameter isWhole: Whether it is only to match from the beginning of a text, which is quick where a search is not, to its end.
    package init(_ text: String, isWhole: Bool = false) throws(Malformed) {
        self.text = text
        if Self.hasBackReference(text) { throw Malformed(reason: "back-references are not supported") }
        if Self.repetitions(text) > Self.mostRepetitions {
            throw Malformed(reason: "it repeats something more than \(Self.mostRepetitions) times")
        }
        // By itself first: within parentheses, a mistake could have a meaning.
        try Self.compile(text, into: &compiled)
        guard isWhole else { return }
        regfree(&compiled)
        try Self.compile("^(\(text))$", into: &compiled)
    }

    /// Says what is wrong with a text, if anything is. It should be known to be small.
    package static func check(_ text: String) throws(Malformed) {
        var compiled = regex_t()
        try compile(text, into: &compiled)
        regfree(&compiled)
    }

    deinit { regfree(&compiled) }

    /// The first match in a part of the bytes: the one that begins first, and of these the longest. Nil if there is none.
    package func match(in bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Range<Int>? {
        var place = regmatch_t(rm_so: regoff_t(range.lowerBound), rm_eo: regoff_t(range.upperBound))
        // An empty buffer may have no address.
        guard let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self) else {
            return regexec(&compiled, "", 1, &place, 0) == 0 ? 0..<0 : nil
        }
        guard regexec(&compiled, start, 1, &place, REG_STARTEND) == 0 else { return nil }
        return Int(place.rm_so)..<Int(place.rm_eo)
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

    /// The product of all numbers of repetitions: each of them copies what it repeats, and they may stand within one another.
    private static func repetitions(_ text: String) -> Int {
        var product = 1
        for part in text.split(separator: "{").dropFirst() {
            let bounds = part.prefix { $0 == "," || $0.isNumber }.split(separator: ",")
            guard let most = bounds.compactMap({ Int($0) }).max(), most > 0 else { continue }
            let (longer, isOver) = product.multipliedReportingOverflow(by: most)
            product = isOver ? .max : longer
        }
        return product
    }
}
