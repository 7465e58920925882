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

    let bytes: [UInt8]
    var position = 0
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

    /// The members of an object that stand before the first mistake in it; all of them if there is none.
    ///
    /// For what may be said of a text that is refused, such as whom to tell.
    package static func leadingMembers(_ bytes: [UInt8]) -> [JSONMember] {
        let valid = bytes.prefix(UTF8Check.firstInvalidByte(in: bytes) ?? bytes.count)
        var parser = JSONParser(bytes: Array(valid))
        parser.skipSpaces()
        guard parser.take("{") else { return [] }
        parser.depth = 1
        parser.skipSpaces()
        var members: [JSONMember] = []
        do throws(JSONError) {
            try parser.object(into: &members)
        } catch {
            // What was read before it is what is asked for.
        }
        return members
    }

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The byte at the current position; 0, which no JSON token has, at the end.
    var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

    func error(_ reason: String) -> JSONError {
        JSONError(reason: reason, offset: position)
    }

    /// The error for a byte that does not belong here; the end of the text is by far the most common.
    func unexpected(expecting expected: String) -> JSONError {
        error(position < bytes.count ? "expected \(expected)" : "it ends too early")
    }

    mutating func skipSpaces() {
        while current == 0x20 || current == 0x0a || current == 0x0d || current == 0x09 { position += 1 }
    }

    mutating func value() throws(JSONError) -> JSONValue {
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
        try object(into: &members)
        return .object(members)
    }

    /// Reads what stands behind the brace, member by member: what came before an error has been added.
    private mutating func object(into members: inout [JSONMember]) throws(JSONError) {
        var names = NameSet()
        if take("}") { return }
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
            if take("}") { return }
            guard take(",") else { throw unexpected(expecting: "\",\" or \"}\"") }
            skipSpaces()
        }
    }

    mutating func take(_ expected: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: expected) else { return false }
        position += 1
        return true
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
