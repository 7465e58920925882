import QueueScripts
import RedisClient

/// One queue on a Redis server: the only caller of the transitions.
///
/// A value, cheap to copy; what it holds is the connection, which callers share. Every transition is one script, so
/// a crash or a lost reply leaves it done or not done, never half; and each can be sent again without a second
/// effect, which is what happens here when a connection is lost with the answer outstanding.
public struct JobQueue: Sendable {
    /// The name of the queue.
    public let name: QueueName
    /// The names of its keys.
    public let keys: QueueKeys
    let namespaceKeys: NamespaceKeys
    let redis: RedisConnection

    /// Names a queue on a server. No I/O.
    public init(_ name: QueueName, namespace: String = JobQueue.standardNamespace, redis: RedisConnection) {
        self.name = name
        self.keys = QueueKeys(namespace: namespace, queue: name)
        self.namespaceKeys = NamespaceKeys(namespace)
        self.redis = redis
    }

    /// The namespace unless one is configured.
    public static let standardNamespace = "queuectl"

    /// The most jobs that one transition takes: then none of them holds Redis up for long, whatever waits there.
    public static let batchLimit = 100
    /// The most runs that a ``turn(_:claiming:)`` ends, and the most that it begins: it does the work of two transitions.
    public static let turnLimit = batchLimit / 2

    /// Runs a transition; sends it once more if its answer was lost on the way.
    func run(
        _ script: QueueScript,
        _ arguments: RedisArguments,
        attempting attempt: @autoclosure () -> String
    ) async throws(QueueError) -> RESPValue {
        let redisScript = RedisScript(name: script.name, source: script.source)
        do {
            do {
                return try await redis.run(redisScript, keys: keys.fixed, arguments: arguments)
            } catch  where error.mayHaveRun && (error.code == .connectionLost || error.code == .timedOut) {
                return try await redis.run(redisScript, keys: keys.fixed, arguments: arguments)
            }
        } catch {
            throw QueueError(error, attempted: attempt(), queue: name)
        }
    }

    /// Sends commands that only read, or whose repetition does no harm.
    func pipeline(
        _ commands: [RedisCommand],
        attempting attempt: @autoclosure () -> String
    ) async throws(QueueError) -> [RESPValue] {
        try await redis.readings(commands, attempting: attempt(), queue: name)
    }

    /// The error for an answer that no release of ours gives.
    func unexpected(_ reply: RESPValue, attempting attempt: String) -> QueueError {
        QueueError(.broken, attempted: attempt, queue: name, reason: "Redis gave an answer that makes no sense here")
    }
}

extension RedisConnection {
    /// Sends commands that only read, or whose repetition does no harm. The first error reply is thrown.
    func readings(
        _ commands: [RedisCommand],
        attempting attempt: @autoclosure () -> String,
        queue: QueueName? = nil
    ) async throws(QueueError) -> [RESPValue] {
        let replies: [RESPValue]
        do {
            replies = try await pipeline(commands)
        } catch {
            throw QueueError(error, attempted: attempt(), queue: queue)
        }
        for (reply, command) in zip(replies, commands) {
            guard case .error(let error) = reply else { continue }
            let said = "Redis at \(configuration.address) refused \(command.name): \(error.message)"
            throw QueueError(error, said: said, attempted: attempt(), queue: queue)
        }
        return replies
    }
}
