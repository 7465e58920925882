import QueueScripts
import RedisClient

/// The functions that other services call to add jobs: a library in Redis, for all queues and namespaces of a server.
///
/// They are kept like data: in the append-only file and in snapshots, and by replicas. A node that `redis-cli --cluster
/// add-node` adds to a cluster gets them too.
public struct QueueFunctions: Sendable {
    /// The name of the library: the version of the contract that it keeps.
    public static let library = QueueLibrary.name
    /// The names of its functions.
    public static let names = [QueueLibrary.enqueue]
    /// Its code.
    static let code = QueueLibrary.source(keyNames: QueueKeys.fixedNames + [QueueKeys.absent])

    private let redis: RedisConnection

    /// Prepares for a server, or any node of a cluster. No I/O.
    public init(redis: RedisConnection) {
        self.redis = redis
    }

    /// Puts the code of this release on the server, or on every primary of the cluster. The same again changes nothing; of a
    /// cluster a part may be done when it fails.
    ///
    /// - Returns: One for each server.
    /// - Throws: `QueueError`.
    public func install() async throws(QueueError) -> [FunctionInstallation] {
        let attempt = "install the functions"
        let primaries: [RedisConnection]
        do {
            primaries = try await redis.primaries()
        } catch {
            throw QueueError(error, attempted: attempt, queue: nil)
        }
        defer { for primary in primaries where primary !== redis { primary.close() } }
        var installations: [FunctionInstallation] = []
        for primary in primaries {
            let outcome: FunctionInstallation.Outcome =
                switch try await Self.code(at: primary, attempting: attempt) {
                case Self.code: .unchanged
                case nil: .installed
                default: .replaced
                }
            if outcome != .unchanged {
                let load = RedisCommand("FUNCTION", "LOAD", "REPLACE", Self.code)
                _ = try await Self.send(load, to: primary, attempting: attempt)
            }
            let server = primary.configuration.address.description
            installations.append(FunctionInstallation(server: server, outcome: outcome))
        }
        return installations
    }

    /// The code that is on a server; nil if there is none.
    static func code(at redis: RedisConnection, attempting attempt: String) async throws(QueueError) -> String? {
        let list = RedisCommand("FUNCTION", "LIST", "LIBRARYNAME", library, "WITHCODE")
        guard let fields = try await send(list, to: redis, attempting: attempt).array?.first?.array else { return nil }
        return fields.firstIndex { $0.string == "library_code" }.flatMap { fields[$0 + 1].string }
    }

    private static func send(
        _ command: RedisCommand,
        to redis: RedisConnection,
        attempting attempt: String
    ) async throws(QueueError) -> RESPValue {
        do {
            return try await redis.send(command)
        } catch {
            guard error.reply?.message.contains("unknown command") == true else {
                throw QueueError(error, attempted: attempt, queue: nil)
            }
            let reason =
                "Redis at \(redis.configuration.address) knows no functions. Use Redis 7.0 or later, or push to the incoming list"
            throw QueueError(.broken, attempted: attempt, queue: nil, reason: reason, cause: error)
        }
    }
}
