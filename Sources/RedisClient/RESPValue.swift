/// One reply of a Redis server.
public enum RESPValue: Sendable, Hashable {
    /// A nil bulk string or nil array, and `false` from a script.
    case null
    /// An integer.
    case integer(Int64)
    /// A string of any bytes.
    case bulk([UInt8])
    /// A status such as `OK`.
    case simple(String)
    /// A list of replies, possibly nested.
    case array([RESPValue])
    /// An error, as a value: in a pipeline's answers, or inside an array.
    case error(RedisReplyError)
}

extension RESPValue {
    /// Whether this is a nil reply.
    public var isNull: Bool { self == .null }

    /// The bytes of a string or status; nil for everything else.
    public var bytes: [UInt8]? {
        switch self {
        case .bulk(let bytes): bytes
        case .simple(let text): Array(text.utf8)
        default: nil
        }
    }

    /// The text of a string or status, or an integer in decimal; nil for everything else.
    /// Bytes that are not UTF-8 are replaced by U+FFFD: where they matter, use ``bytes``.
    public var string: String? {
        switch self {
        case .bulk(let bytes): String(decoding: bytes, as: UTF8.self)
        case .simple(let text): text
        case .integer(let number): String(number)
        default: nil
        }
    }

    /// An integer, or a string or status that is one in decimal (hash fields arrive that way); nil for everything else.
    public var int: Int64? {
        switch self {
        case .integer(let number): number
        case .bulk(let bytes): Int64(String(decoding: bytes, as: UTF8.self))
        case .simple(let text): Int64(text)
        default: nil
        }
    }

    /// The elements of an array; nil for everything else.
    public var array: [RESPValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The error, if this is one.
    public var error: RedisReplyError? {
        if case .error(let error) = self { error } else { nil }
    }
}
