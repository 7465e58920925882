/// Why a text is not JSON that queuectl takes.
package struct JSONError: Error, Equatable {
    /// What is wrong, as a clause: `it ends in the middle of a string`.
    package var reason: String
    /// Where, in bytes from the start of the text.
    package var offset: Int
}

/// Reads JSON (RFC 8259) strictly.
///
/// A document must mean the same to every program that handles it: Lua, Swift, and the producer's language. So what
/// parsers disagree about is refused, anywhere in the text: a name given twice, integers beyond 2^53, unpaired surrogates,
/// byte-order marks, trailing commas, nesting deeper than `maximumDepth`. (Foundation's `JSONDecoder` lets the first, the
/// fourth and the fifth pass, does not look at values nobody asked for, and does not say where an error is.)
package struct JSONParser {
    /// How deep arrays and objects may be nested: far above any real document, far below what a thread's stack holds.
    package static let maximumDepth = 64
    /// Whole numbers beyond this are silently rounded by Lua, JavaScript and many others.
    package static let largestInteger: Int64 = 1 << 53

    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0

    /// Parses one JSON value that fills the whole text, with spaces around it allowed.
    package static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSONValue {
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) {
            throw JSONError(reason: "it begins with a byte-order mark", offset: 0)
        }
        if let offset = UTF8Check.firstInvalidByte(in: bytes) {
            throw JSONError(reason: "it is not valid UTF-8", offset: offset)
        }
        var parser = JSONParser(bytes: bytes)
        parser.skipSpaces()
        if parser.position == bytes.count { throw JSONError(reason: "it is empty", offset: 0) }
        let value = try parser.value()
        parser.skipSpaces()
        if parser.position < bytes.count { throw parser.error("something follows the end") }
        return value
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The byte at the current position; 0, which no JSON token has, at the end.
    private var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

    private func error(_ reason: String) -> JSONError {
        JSONError(reason: reason, offset: position)
    }

    /// The error for a byte that does not belong here; the end of the text is by far the most common.
    private func unexpected(expecting expected: String) -> JSONError {
        error(position < bytes.count ? "expected \(expected)" : "it ends too early")
    }

    private mutating func skipSpaces() {
        while current == 0x20 || current == 0x0a || current == 0x0d || current == 0x09 { position += 1 }
    }

    private mutating func value() throws(JSONError) -> JSONValue {
        switch current {
        case UInt8(ascii: "{"): return try nested { parser throws(JSONError) in try parser.object() }
        case UInt8(ascii: "["): return try nested { parser throws(JSONError) in try parser.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        default:
            for (word, value) in Self.words where bytes[position...].starts(with: word) {
                position += word.count
                return value
            }
            throw unexpected(expecting: "a value")
        }
    }

    private static let words: [([UInt8], JSONValue)] = [
        (Array("true".utf8), .bool(true)), (Array("false".utf8), .bool(false)), (Array("null".utf8), .null),
    ]

    private mutating func nested(
        _ read: (inout JSONParser) throws(JSONError) -> JSONValue
    ) throws(JSONError) -> JSONValue {
        guard depth < Self.maximumDepth else { throw error("it is nested more than \(Self.maximumDepth) deep") }
        depth += 1
        defer { depth -= 1 }
        position += 1
        skipSpaces()
        return try read(&self)
    }

    private mutating func array() throws(JSONError) -> JSONValue {
        var values: [JSONValue] = []
        if take("]") { return .array(values) }
        while true {
            values.append(try value())
            skipSpaces()
            if take("]") { return .array(values) }
            guard take(",") else { throw unexpected(expecting: "\",\" or \"]\"") }
            skipSpaces()
        }
    }

    private mutating func object() throws(JSONError) -> JSONValue {
        var members: [JSONMember] = []
        var names = NameSet()
        if take("}") { return .object(members) }
        while true {
            guard current == UInt8(ascii: "\"") else { throw unexpected(expecting: "a name in double quotes") }
            let start = position
            let name = try string()
            guard names.insert(name, after: members) else {
                throw JSONError(reason: "the name \(TerminalText.quotedForMessage(name)) is given twice", offset: start)
            }
            skipSpaces()
            guard take(":") else { throw unexpected(expecting: "\":\"") }
            skipSpaces()
            members.append(JSONMember(name: name, value: try value()))
            skipSpaces()
            if take("}") { return .object(members) }
            guard take(",") else { throw unexpected(expecting: "\",\" or \"}\"") }
            skipSpaces()
        }
    }

    private mutating func take(_ expected: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: expected) else { return false }
        position += 1
        return true
    }
}

// Scalars: numbers and strings.
extension JSONParser {
    private mutating func number() throws(JSONError) -> String {
        let start = position
        _ = take("-")
        let firstDigit = position
        try digits()
        if bytes[firstDigit] == UInt8(ascii: "0"), position > firstDigit + 1 {
            position = start
            throw error("a number begins with 0")
        }
        var isInteger = true
        if take(".") {
            isInteger = false
            try digits()
        }
        if take("e") || take("E") {
            isInteger = false
            if !take("+") { _ = take("-") }
            try digits()
        }
        let literal = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger {
            // Up to 15 digits nothing can be out of range, and nearly every number has fewer.
            guard position - start <= 15 || Int64(literal)?.magnitude ?? .max <= Self.largestInteger.magnitude else {
                position = start
                throw error("a whole number is beyond 2^53, where programs begin to round; write it as a string")
            }
        } else if Double(literal)?.isFinite != true {
            position = start
            throw error("a number is too large")
        }
        return literal
    }

    private mutating func digits() throws(JSONError) {
        let start = position
        while UInt8(ascii: "0")...UInt8(ascii: "9") ~= current { position += 1 }
        if position == start { throw unexpected(expecting: "a digit") }
    }

    private mutating func string() throws(JSONError) -> String {
        position += 1
        var result = ""
        var runStart = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                // UTF-8 was checked as a whole, so this never repairs anything.
                result += String(decoding: bytes[runStart..<position], as: UTF8.self)
                position += 1
                return result
            case UInt8(ascii: "\\"):
                result += String(decoding: bytes[runStart..<position], as: UTF8.self)
                result.unicodeScalars.append(try escape())
                runStart = position
            case 0..<0x20:
                throw error("a control character stands raw in a string; write it as an escape such as \\n")
            default:
                position += 1
            }
        }
        throw error("it ends in the middle of a string")
    }

    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        position += 1
        let letter = current
        if letter == UInt8(ascii: "u") { return try unicodeEscape() }
        guard let scalar = Self.escapes[letter] else { throw unexpected(expecting: "one of the escapes JSON has") }
        position += 1
        return scalar
    }

    private static let escapes: [UInt8: Unicode.Scalar] = [
        UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/", UInt8(ascii: "b"): "\u{8}",
        UInt8(ascii: "f"): "\u{c}", UInt8(ascii: "n"): "\n", UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
    ]

    /// Reads `uXXXX`, or a pair of them that makes one character beyond U+FFFF.
    private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let start = position - 1
        let first = try fourHexDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        if first < 0xdc00, take("\\"), current == UInt8(ascii: "u") {
            let second = try fourHexDigits()
            if 0xdc00...0xdfff ~= second,
                let scalar = Unicode.Scalar(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00))
            {
                return scalar
            }
        }
        position = start
        throw error("half of a surrogate pair stands alone")
    }

    private mutating func fourHexDigits() throws(JSONError) -> UInt32 {
        position += 1
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(current)).hexDigitValue else {
                throw unexpected(expecting: "four hexadecimal digits")
            }
            value = value * 16 + UInt32(digit)
            position += 1
        }
        return value
    }
}

/// Finds a name given twice without comparing every pair when an object is large.
private struct NameSet {
    private var names: Set<String> = []

    /// False if one of `members`, or of the names inserted before, has the name.
    mutating func insert(_ name: String, after members: [JSONMember]) -> Bool {
        if members.count < 16 { return !members.contains { $0.name == name } }
        if names.isEmpty { names = Set(members.map(\.name)) }
        return names.insert(name).inserted
    }
}
