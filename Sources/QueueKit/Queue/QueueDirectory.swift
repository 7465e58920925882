import RedisClient

/// What the queues of a namespace have in common: which there are, their configuration, where a job is.
public struct QueueDirectory: Sendable {
    /// The namespace.
    public let namespace: String
    let keys: NamespaceKeys
    let redis: RedisConnection

    /// Names a namespace on a server. No I/O.
    public init(namespace: String = JobQueue.standardNamespace, redis: RedisConnection) {
        self.namespace = namespace
        self.keys = NamespaceKeys(namespace)
        self.redis = redis
    }

    /// The queue of this name, registered or not. No I/O.
    public func queue(_ name: QueueName) -> JobQueue {
        JobQueue(name, namespace: namespace, redis: redis)
    }

    /// Reads the names of the registered queues, sorted.
    public func queues() async throws(QueueError) -> [QueueName] {
        try await read([], attempting: "list the queues").queues
    }

    /// Reads the configuration that all hosts share.
    public func configuration() async throws(QueueError) -> QueueConfiguration {
        QueueConfiguration(stored: try await storedConfiguration())
    }

    /// Reads the settings that are stored, as they are stored.
    public func storedConfiguration() async throws(QueueError) -> [String: String] {
        let reply = try await redis.readings(
            [RedisCommand("HGETALL", keys.config)],
            attempting: "read the configuration"
        )
        return Self.texts(reply[0])
    }

    /// Registers queues and reads the configuration. One round trip: what a producer or worker does first.
    public func register(_ names: [QueueName]) async throws(QueueError) -> QueueConfiguration {
        var add = RedisCommand("SADD", keys.queues)
        for name in names { add.append(name.text) }
        let replies = try await redis.readings(
            [add, RedisCommand("HGETALL", keys.config)],
            attempting: "register the queue"
        )
        return QueueConfiguration(stored: Self.texts(replies[1]))
    }

    /// Stores a setting. Workers follow within a heartbeat; jobs that exist keep what they were enqueued with.
    public func set(_ key: ConfigurationKey, to canonicalText: String) async throws(QueueError) {
        _ = try await redis.readings(
            [RedisCommand("HSET", keys.config, key.rawValue, canonicalText)],
            attempting: "set \(key)"
        )
    }

    /// Returns a setting to its default. Returns whether it was stored.
    public func unset(_ key: ConfigurationKey) async throws(QueueError) -> Bool {
        let reply = try await redis.readings(
            [RedisCommand("HDEL", keys.config, key.rawValue)],
            attempting: "unset \(key)"
        )
        return reply[0].int == 1
    }

    /// Finds the queue of each job among the registered ones, and `default`. Two round trips.
    ///
    /// - Returns: For each id the queue that holds it, or nil if none does.
    /// - Throws: `QueueError`, code `ambiguous` when several queues hold a job with the same id.
    public func locate(_ ids: [JobID]) async throws(QueueError) -> [JobQueue?] {
        let names = try await queues()
        let known = names.contains(.default) ? names : names + [.default]
        let commands = ids.flatMap { id in
            known.map { RedisCommand("HEXISTS", queue($0).keys.job(id), "state") }
        }
        let replies = try await redis.readings(commands, attempting: "find the job")
        var located: [JobQueue?] = []
        for (at, id) in ids.enumerated() {
            let holders = known.indices.filter { replies[at * known.count + $0].int == 1 }.map { known[$0] }
            if holders.count > 1 {
                let list = holders.map { "\"\($0)\"" }.joined(separator: " and ")
                throw QueueError(
                    .ambiguous,
                    attempted: "find job \(id)",
                    queue: nil,
                    reason: "it is in \(list). Say which with --queue"
                )
            }
            located.append(holders.first.map(queue))
        }
        return located
    }

    /// Reads the registered queues and, in the same round trip, answers to more commands.
    func read(
        _ more: [RedisCommand],
        attempting attempt: String
    ) async throws(QueueError) -> (queues: [QueueName], replies: [RESPValue]) {
        let replies = try await redis.readings([RedisCommand("SMEMBERS", keys.queues)] + more, attempting: attempt)
        let names = (replies[0].array ?? []).compactMap { $0.string.flatMap { try? QueueName($0) } }
        return (names.sorted(), Array(replies.dropFirst()))
    }

    static func texts(_ reply: RESPValue) -> [String: String] {
        let fields = (reply.fields ?? []).map { ($0.0, String(decoding: $0.1, as: UTF8.self)) }
        return Dictionary(fields, uniquingKeysWith: { first, _ in first })
    }
}
