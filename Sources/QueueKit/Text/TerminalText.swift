/// Makes text of unknown origin safe and short enough to show to people.
///
/// Commands, ids and output may hold escape sequences that would move the cursor, recolour the screen or reorder
/// letters. None of them may reach a terminal raw; everything else stays readable UTF-8.
package enum TerminalText {
    /// Escapes control characters, bidirectional overrides and line separators: ESC becomes `\x1b`, a newline `\n`.
    ///
    /// - Parameter keepsLines: Leaves newlines and tabs as they are, for output that is shown as a whole.
    package static func escape(_ text: String, keepsLines: Bool = false) -> String {
        guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
        var result = ""
        for scalar in text.unicodeScalars { append(scalar, to: &result, keepsLines: keepsLines) }
        return result
    }

    /// Escapes bytes that may not be UTF-8: each invalid byte becomes `\xff`, the rest as in `escape(_:)` for text.
    package static func escape(_ bytes: some Sequence<UInt8>, keepsLines: Bool = false) -> String {
        let bytes = Array(bytes)
        if let text = String(validating: bytes, as: UTF8.self) { return escape(text, keepsLines: keepsLines) }
        var result = ""
        var position = 0
        while position < bytes.count {
            let length = sequenceLength(bytes[position])
            let end = position + length
            if length > 0, end <= bytes.count,
                let valid = String(validating: bytes[position..<end], as: UTF8.self)
            {
                for scalar in valid.unicodeScalars { append(scalar, to: &result, keepsLines: keepsLines) }
                position = end
            } else {
                result += hex(UInt32(bytes[position]))
                position += 1
            }
        }
        return result
    }

    /// Cuts text to a number of terminal columns, the last being `…` if anything was cut; does not escape.
    package static func shorten(_ text: String, to columns: Int) -> String {
        // Fewer bytes than columns cannot be wider: a character takes at least as many bytes as columns.
        if text.utf8.count <= columns || width(text, upTo: columns) <= columns { return text }
        if columns < 1 { return "" }
        var result = ""
        var used = 0
        for character in text {
            let next = used + DisplayWidth.of(character)
            if next > columns - 1 { break }
            result.append(character)
            used = next
        }
        return result + "…"
    }

    /// The number of terminal columns a text takes: 2 for wide characters, 0 for combining ones.
    package static func width(_ text: String) -> Int {
        width(text, upTo: .max)
    }

    private static func width(_ text: String, upTo limit: Int) -> Int {
        var used = 0
        for character in text {
            used += DisplayWidth.of(character)
            if used > limit { break }
        }
        return used
    }

    private static func append(_ scalar: Unicode.Scalar, to text: inout String, keepsLines: Bool) {
        switch scalar {
        case "\n" where keepsLines, "\t" where keepsLines: text.unicodeScalars.append(scalar)
        case "\n": text += "\\n"
        case "\r": text += "\\r"
        case "\t": text += "\\t"
        case _ where scalar.value < 0x80 && isUnsafe(scalar): text += hex(scalar.value)
        case _ where isUnsafe(scalar): text += "\\u{\(String(scalar.value, radix: 16))}"
        default: text.unicodeScalars.append(scalar)
        }
    }

    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7f..<0xa0: true  // C0, DEL, C1: 0x9b alone begins an escape sequence
        case 0x61c, 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069: true  // separators and reordering
        default: false
        }
    }

    private static func hex(_ value: UInt32) -> String {
        "\\x" + (value < 16 ? "0" : "") + String(value, radix: 16)
    }

    /// How many bytes a UTF-8 sequence has by its first byte; 0 if none begins so.
    private static func sequenceLength(_ byte: UInt8) -> Int {
        switch byte {
        case 0..<0x80: 1
        case 0xc2..<0xe0: 2
        case 0xe0..<0xf0: 3
        case 0xf0..<0xf5: 4
        default: 0
        }
    }
}

extension TerminalText {
    /// A value as messages show it: in quotes, escaped, at most 40 columns.
    package static func quotedForMessage(_ text: String) -> String {
        "\"\(shorten(escape(String(text.unicodeScalars.prefix(200))), to: 40))\""
    }
}
