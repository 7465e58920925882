import Glibc

/// Reads a POSIX extended regular expression, with the escapes of the C library (`\w`, `\s`, `\b`, `\<`).
///
/// It need not find every mistake: the C library is asked about these.
struct PatternParser {
    private var rest: ArraySlice<UInt8>
    private var depth = 0

    init(_ text: String) {
        rest = Array(text.utf8)[...]
    }

    mutating func parse() throws(RegularExpression.Malformed) -> PatternNode {
        var alternatives: [PatternNode] = []
        var sequence: [PatternNode] = []
        while let byte = rest.first {
            if byte == UInt8(ascii: ")"), depth > 0 { break }
            rest.removeFirst()
            if byte == UInt8(ascii: "|") {
                alternatives.append(.sequence(sequence))
                sequence = []
            } else {
                sequence.append(try repetitions(of: atom(byte)))
            }
        }
        return alternatives.isEmpty ? .sequence(sequence) : .either(alternatives + [.sequence(sequence)])
    }

    private mutating func atom(_ byte: UInt8) throws(RegularExpression.Malformed) -> PatternNode {
        switch byte {
        case UInt8(ascii: "("):
            depth += 1
            let node = try parse()
            depth -= 1
            guard rest.popFirst() != nil else { throw RegularExpression.Malformed(reason: "Unmatched ( or \\(") }
            return node
        case UInt8(ascii: "."): return .bytes(.all)
        case UInt8(ascii: "^"): return .assertion(.lineStart)
        case UInt8(ascii: "$"): return .assertion(.lineEnd)
        case UInt8(ascii: "["): return .bytes(try set())
        case UInt8(ascii: "\\"): return try escape()
        case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "{"):
            throw RegularExpression.Malformed(reason: "Invalid preceding regular expression")
        default: return .bytes(ByteSet(byte))
        }
    }

    private mutating func escape() throws(RegularExpression.Malformed) -> PatternNode {
        guard let byte = rest.popFirst() else { throw RegularExpression.Malformed(reason: "Trailing backslash") }
        let space = ByteSet(where: { isspace($0) != 0 })
        switch byte {
        case UInt8(ascii: "1")...UInt8(ascii: "9"):
            throw RegularExpression.Malformed(reason: "back-references are not supported")
        case UInt8(ascii: "w"): return .bytes(.word)
        case UInt8(ascii: "W"): return .bytes(ByteSet.word.inverted)
        case UInt8(ascii: "s"): return .bytes(space)
        case UInt8(ascii: "S"): return .bytes(space.inverted)
        case UInt8(ascii: "b"): return .assertion(.wordBorder)
        case UInt8(ascii: "B"): return .assertion(.noWordBorder)
        case UInt8(ascii: "<"): return .assertion(.wordStart)
        case UInt8(ascii: ">"): return .assertion(.wordEnd)
        case UInt8(ascii: "`"): return .assertion(.lineStart)
        case UInt8(ascii: "'"): return .assertion(.lineEnd)
        default: return .bytes(ByteSet(byte))
        }
    }

    /// What follows a thing and says how often it may be there.
    private mutating func repetitions(of node: PatternNode) throws(RegularExpression.Malformed) -> PatternNode {
        var node = node
        while let byte = rest.first {
            switch byte {
            case UInt8(ascii: "*"): node = .repeated(node, least: 0, most: nil)
            case UInt8(ascii: "+"): node = .repeated(node, least: 1, most: nil)
            case UInt8(ascii: "?"): node = .repeated(node, least: 0, most: 1)
            case UInt8(ascii: "{"):
                guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else {
                    throw RegularExpression.Malformed(reason: "Unmatched { or \\{")
                }
                let bounds = rest[(rest.startIndex + 1)..<end].split(
                    separator: UInt8(ascii: ","),
                    omittingEmptySubsequences: false
                )
                rest = rest[end...]
                let numbers = bounds.map { Int(String(decoding: $0, as: UTF8.self)) }
                let isOpen = numbers.count == 2 && bounds[1].isEmpty
                guard let least = bounds[0].isEmpty && numbers.count == 2 ? 0 : numbers[0],
                    numbers.count <= 2, let most = isOpen ? least : numbers[numbers.count - 1], 0...most ~= least
                else { throw RegularExpression.Malformed(reason: "Invalid content of \\{\\}") }
                node = .repeated(node, least: least, most: isOpen ? nil : most)
            default: return node
            }
            rest.removeFirst()
        }
        return node
    }

    /// A list of bytes in brackets, from behind the first of these.
    private mutating func set() throws(RegularExpression.Malformed) -> ByteSet {
        var set = ByteSet()
        let isInverted = rest.first == UInt8(ascii: "^")
        if isInverted { rest.removeFirst() }
        var isFirst = true
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "]"), !isFirst { return isInverted ? set.inverted : set }
            isFirst = false
            if byte == UInt8(ascii: "["), rest.first == UInt8(ascii: ":") {
                set.formUnion(try Self.named(try name(UInt8(ascii: ":"))))
                continue
            }
            let low = try element(byte)
            if rest.first == UInt8(ascii: "-"), let next = rest.dropFirst().first, next != UInt8(ascii: "]") {
                rest.removeFirst(2)
                let high = try element(next)
                guard low <= high else { throw RegularExpression.Malformed(reason: "Invalid range end") }
                for byte in low...high { set.insert(byte) }
            } else {
                set.insert(low)
            }
        }
        throw RegularExpression.Malformed(reason: "Unmatched [, [^, [:, [., or [=")
    }

    /// A byte as it stands, or as `[.x.]` or `[=x=]`.
    private mutating func element(_ byte: UInt8) throws(RegularExpression.Malformed) -> UInt8 {
        guard byte == UInt8(ascii: "["), let kind = rest.first, kind == UInt8(ascii: ".") || kind == UInt8(ascii: "=")
        else { return byte }
        let name = try name(kind)
        guard let only = name.first, name.count == 1 else {
            throw RegularExpression.Malformed(reason: "Invalid collation character")
        }
        return only
    }

    /// What stands between `:` and `:]`, or others like them.
    private mutating func name(_ mark: UInt8) throws(RegularExpression.Malformed) -> [UInt8] {
        rest.removeFirst()
        var name: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == mark, rest.first == UInt8(ascii: "]"), !name.isEmpty {
                rest.removeFirst()
                return name
            }
            name.append(byte)
        }
        throw RegularExpression.Malformed(reason: "Unmatched [, [^, [:, [., or [=")
    }

    private static func named(_ name: [UInt8]) throws(RegularExpression.Malformed) -> ByteSet {
        let tests: [String: (Int32) -> Int32] = [
            "alnum": isalnum, "alpha": isalpha, "blank": isblank, "cntrl": iscntrl, "digit": isdigit, "graph": isgraph,
            "lower": islower, "print": isprint, "punct": ispunct, "space": isspace, "upper": isupper,
            "xdigit": isxdigit,
        ]
        guard let belongs = tests[String(decoding: name, as: UTF8.self)] else {
            throw RegularExpression.Malformed(reason: "Invalid character class name")
        }
        return ByteSet(where: { belongs($0) != 0 })
    }
}
