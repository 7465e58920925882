/// Arguments of a command or script, encoded for the wire as they are appended.
///
/// Appending copies the bytes once into one buffer, so thousands of arguments do not cost an allocation each.
public struct RedisArguments: Sendable, ExpressibleByArrayLiteral {
    /// How many arguments there are.
    public private(set) var count = 0

    private(set) var encoded: [UInt8] = []

    /// Makes an empty list.
    public init() {}

    /// Makes a list of these strings.
    public init(_ strings: some Sequence<String>) {
        for string in strings { append(string) }
    }

    /// Makes a list from literals: `["id", 3, "text"]`.
    public init(arrayLiteral elements: RedisArgument...) {
        self.init(elements)
    }

    /// Makes a list of these arguments.
    public init(_ arguments: [RedisArgument]) {
        for argument in arguments { append(argument) }
    }

    /// Reserves room for this many bytes on the wire.
    public mutating func reserveCapacity(bytes: Int) {
        encoded.reserveCapacity(bytes)
    }

    /// Adds a string, as UTF-8.
    public mutating func append(_ string: String) {
        beginArgument(length: string.utf8.count)
        encoded.append(contentsOf: string.utf8)
        endLine()
    }

    /// Adds bytes as they are.
    public mutating func append(_ bytes: [UInt8]) {
        beginArgument(length: bytes.count)
        encoded.append(contentsOf: bytes)
        endLine()
    }

    /// Adds an integer, in decimal.
    public mutating func append(_ number: Int64) {
        append(String(number))
    }

    /// Adds an integer, in decimal.
    public mutating func append(_ number: Int) {
        append(String(number))
    }

    /// Adds a string, bytes or an integer.
    public mutating func append(_ argument: RedisArgument) {
        switch argument {
        case .string(let string): append(string)
        case .bytes(let bytes): append(bytes)
        case .integer(let number): append(number)
        }
    }

    /// Adds all of another list.
    public mutating func append(contentsOf other: RedisArguments) {
        encoded.append(contentsOf: other.encoded)
        count += other.count
    }

    /// The bytes of the argument at this place; nil if there are not so many.
    subscript(_ place: Int) -> ArraySlice<UInt8>? {
        var rest = encoded[...]
        for at in 0..<count {
            // `$<length>\r\n<bytes>\r\n`, as written below.
            let digits = rest.dropFirst().prefix { $0 != UInt8(ascii: "\r") }
            guard let length = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
            rest = rest[(digits.endIndex + 2)...]
            if at == place { return rest.prefix(length) }
            rest = rest.dropFirst(length + 2)
        }
        return nil
    }

    private mutating func beginArgument(length: Int) {
        count += 1
        encoded.append(UInt8(ascii: "$"))
        encoded.append(contentsOf: String(length).utf8)
        endLine()
    }

    private mutating func endLine() {
        encoded.append(UInt8(ascii: "\r"))
        encoded.append(UInt8(ascii: "\n"))
    }
}
