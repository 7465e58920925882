/// One argument of a command or script.
public enum RedisArgument: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation,
    ExpressibleByIntegerLiteral
{
    /// Text, sent as UTF-8.
    case string(String)
    /// Bytes, sent as they are.
    case bytes([UInt8])
    /// An integer, sent in decimal.
    case integer(Int64)

    /// Makes a text argument.
    public init(stringLiteral value: String) { self = .string(value) }

    /// Makes an integer argument.
    public init(integerLiteral value: Int64) { self = .integer(value) }
}
