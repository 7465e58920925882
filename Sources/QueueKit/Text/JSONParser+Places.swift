/// A member of an object, or an element of an array, and where it stands.
package struct JSONPart {
    /// Its name; nil in an array.
    package let name: String?
    /// Where it begins, in bytes from the beginning of the text: at its name, if it has one.
    package let start: Int
    /// Where its value begins.
    package let value: Int
}

extension JSONParser {
    /// The parts of the array or object that begins at an offset, or behind spaces there; none of anything else.
    package static func parts(in bytes: [UInt8], at offset: Int = 0) -> [JSONPart] {
        var parser = JSONParser(bytes: bytes)
        parser.position = offset
        var parts: [JSONPart] = []
        do throws(JSONError) {
            try parser.addParts(to: &parts)
        } catch {
            // Those before the mistake.
        }
        return parts
    }

    private mutating func addParts(to parts: inout [JSONPart]) throws(JSONError) {
        skipSpaces()
        let isObject = take("{")
        guard isObject || take("[") else { return }
        skipSpaces()
        if take(isObject ? "}" : "]") { return }
        repeat {
            skipSpaces()
            let start = position
            let name = isObject ? try name() : nil
            let place = position
            _ = try value()
            parts.append(JSONPart(name: name, start: start, value: place))
            skipSpaces()
        } while take(",")
    }

    private mutating func name() throws(JSONError) -> String {
        guard current == UInt8(ascii: "\"") else { throw unexpected(expecting: "a name in double quotes") }
        let name = try string()
        skipSpaces()
        guard take(":") else { throw unexpected(expecting: "\":\"") }
        skipSpaces()
        return name
    }
}

/// A line and a column, as editors count them.
package struct TextPosition: Sendable, Equatable {
    /// Counted from 1.
    package let line: Int
    /// Counted from 1, in characters (Unicode scalars).
    package let column: Int

    /// Takes a position as it is known.
    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// Finds the position of a byte.
    package init(offset: Int, in bytes: [UInt8]) {
        let before = bytes.prefix(offset)
        line = 1 + before.count { $0 == UInt8(ascii: "\n") }
        let inLine = before.suffix(from: before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0)
        column = 1 + inLine.count { $0 & 0xc0 != 0x80 }
    }
}
