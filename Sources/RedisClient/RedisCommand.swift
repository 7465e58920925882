/// A command with its arguments, encoded for the wire as they are appended.
public struct RedisCommand: Sendable, CustomStringConvertible {
    /// The name, for example `HSET`: what error messages call it.
    public let name: String

    /// Everything that goes over the wire after the count: the name, then the arguments.
    private var words: RedisArguments

    /// Makes a command with string arguments.
    public init(_ name: String, _ arguments: String...) {
        self.name = name
        words = RedisArguments()
        words.append(name)
        for argument in arguments { words.append(argument) }
    }

    /// Makes a command with arguments of any kind.
    public init(_ name: String, arguments: RedisArguments) {
        self.name = name
        words = RedisArguments()
        words.append(name)
        words.append(contentsOf: arguments)
    }

    /// The number of arguments, without the name.
    public var argumentCount: Int { words.count - 1 }

    /// Adds a string, as UTF-8.
    public mutating func append(_ string: String) { words.append(string) }

    /// Adds bytes as they are.
    public mutating func append(_ bytes: [UInt8]) { words.append(bytes) }

    /// Adds an integer, in decimal.
    public mutating func append(_ number: Int64) { words.append(number) }

    /// Adds an integer, in decimal.
    public mutating func append(_ number: Int) { words.append(number) }

    /// Adds a string, bytes or an integer.
    public mutating func append(_ argument: RedisArgument) { words.append(argument) }

    /// Adds all of a list.
    public mutating func append(contentsOf arguments: RedisArguments) { words.append(contentsOf: arguments) }

    /// The name and the number of arguments. The arguments themselves may be secret.
    public var description: String { "\(name) (\(argumentCount) arguments)" }

    /// The bytes of a word: the name is at 0. Nil if there are not so many.
    func word(at place: Int) -> ArraySlice<UInt8>? { words[place] }

    /// Appends the command to what is about to be written.
    func encode(into buffer: inout [UInt8]) {
        buffer.append(UInt8(ascii: "*"))
        buffer.append(contentsOf: String(words.count).utf8)
        buffer.append(UInt8(ascii: "\r"))
        buffer.append(UInt8(ascii: "\n"))
        buffer.append(contentsOf: words.encoded)
    }
}
