import RedisClient
import Testing

/// A call that is to be refused: what is typed, what it ends with, and what it says behind `queuectl: `.
struct Refusal: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    let status: Int32
    let message: String

    init(_ arguments: [String], _ status: Int32, _ message: String) {
        self.arguments = arguments
        self.status = status
        self.message = message
    }

    /// The arguments as words of a line.
    init(_ line: String, _ status: Int32, _ message: String) {
        self.init(line.split(separator: " ").map(String.init), status, message)
    }

    var testDescription: String { arguments.joined(separator: " ") }
}

extension Bench {
    /// Makes a call that is to be refused with exactly this line, and looks that nothing at all was written.
    func refuses(
        _ refusal: Refusal,
        input: String = "",
        environment: [String: String?] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let before = try await keyspace()
        let outcome = try await run(refusal.arguments, input: input, environment: environment)
        #expect(outcome.err == "queuectl: \(refusal.message)\n", sourceLocation: sourceLocation)
        #expect(outcome.status == refusal.status && outcome.out == "", sourceLocation: sourceLocation)
        let after = try await keyspace()
        let changed = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
        #expect(changed.isEmpty, "something was written", sourceLocation: sourceLocation)
    }

    /// Every key of the namespace, with its value. Not the answers that are remembered for two minutes in case they are
    /// asked for again.
    func keyspace() async throws -> [String: Set<[RESPValue]>] {
        let keys = try await redis.send(RedisCommand("KEYS", "\(namespace):*")).array?.compactMap(\.string) ?? []
        let names = keys.filter { !$0.contains("}:request:") }
        let types = try await redis.pipeline(names.map { RedisCommand("TYPE", $0) })
        let values = try await redis.pipeline(
            zip(names, types).map { RedisCommand($1.string == "hash" ? "HGETALL" : "DUMP", $0) }
        )
        return Dictionary(uniqueKeysWithValues: zip(names, values.map(Self.contents)))
    }

    /// The pairs of a hash, which have no order; or the form in which Redis would move a key to another server.
    private static func contents(_ value: RESPValue) -> Set<[RESPValue]> {
        guard let parts = value.array else { return [[value]] }
        return Set(stride(from: 0, to: parts.count, by: 2).map { Array(parts[$0..<min($0 + 2, parts.count)]) })
    }
}
