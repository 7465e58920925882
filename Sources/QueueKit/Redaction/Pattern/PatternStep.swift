import Glibc

/// A step of a pattern on its way along a line.
enum PatternStep: Sendable {
    /// Takes one of these bytes.
    case bytes(ByteSet)
    /// Goes on at either.
    case split(Int, Int)
    /// Goes on if it holds.
    case assertion(PatternAssertion)
    /// Has matched.
    case end
}

/// Something that is asked of a place between two bytes.
enum PatternAssertion: Sendable {
    case lineStart, lineEnd, wordStart, wordEnd, wordBorder, noWordBorder

    func holds(in line: UnsafeRawBufferPointer, _ at: Int) -> Bool {
        switch self {
        case .lineStart: return at == 0
        case .lineEnd: return at == line.count
        case .wordStart, .wordEnd, .wordBorder, .noWordBorder: break
        }
        let before = at > 0 && ByteSet.word.contains(line[at - 1])
        let after = at < line.count && ByteSet.word.contains(line[at])
        switch self {
        case .wordStart: return !before && after
        case .wordEnd: return before && !after
        case .noWordBorder: return before == after
        default: return before != after
        }
    }
}

/// A set of bytes.
struct ByteSet: Sendable {
    private var low: (UInt64, UInt64) = (0, 0)
    private var high: (UInt64, UInt64) = (0, 0)

    static let all: ByteSet = ByteSet().inverted
    static let word: ByteSet = {
        var set = ByteSet(where: { isalnum($0) != 0 })
        set.insert(UInt8(ascii: "_"))
        return set
    }()

    init() {}

    init(_ byte: UInt8) { insert(byte) }

    /// Those for which a function of the C library says yes.
    init(where belongs: (Int32) -> Bool) {
        for byte in UInt8.min...UInt8.max where belongs(Int32(byte)) { insert(byte) }
    }

    func contains(_ byte: UInt8) -> Bool {
        let word = byte < 128 ? (byte < 64 ? low.0 : low.1) : (byte < 192 ? high.0 : high.1)
        return word >> UInt64(byte & 63) & 1 == 1
    }

    mutating func insert(_ byte: UInt8) {
        let bit: UInt64 = 1 << UInt64(byte & 63)
        switch byte >> 6 {
        case 0: low.0 |= bit
        case 1: low.1 |= bit
        case 2: high.0 |= bit
        default: high.1 |= bit
        }
    }

    mutating func formUnion(_ other: ByteSet) {
        low = (low.0 | other.low.0, low.1 | other.low.1)
        high = (high.0 | other.high.0, high.1 | other.high.1)
    }

    var inverted: ByteSet {
        var set = self
        set.low = (~low.0, ~low.1)
        set.high = (~high.0, ~high.1)
        return set
    }
}
