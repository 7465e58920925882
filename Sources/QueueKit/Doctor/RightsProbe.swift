import RedisClient

/// A right that the user of a connection does not have.
struct MissingRight: Sendable, Hashable {
    /// The command, the keys or the channels that are refused.
    let name: String
    let problem: String
    let remedy: String
}

/// Tries out whether a user may do what queuectl does.
///
/// Inside a transition Redis checks each command against the caller. Here they are queued in a transaction, which checks
/// them as well, and the transaction is discarded: nothing runs.
struct RightsProbe {
    private let directory: QueueDirectory
    private let queues: [QueueName]

    init(_ directory: QueueDirectory, _ queues: [QueueName]) {
        self.directory = directory
        self.queues = queues
    }

    /// What is missing, by name; nil if the user may not even use transactions.
    func missing() async throws(QueueError) -> [MissingRight]? {
        // Without MULTI the commands behind it would run.
        let attempt = "try out the rights"
        let begin = [RedisCommand("MULTI"), RedisCommand("DISCARD")]
        guard try await directory.replies(begin, attempting: attempt).allSatisfy({ $0.error == nil }) else {
            return nil
        }
        let probes = queues.flatMap(commands) + keyProbes + channelProbes
        let framed = [begin[0]] + probes.map(\.command) + [begin[1]]
        let replies = try await directory.replies(framed, attempting: attempt)
        var missing: [MissingRight] = []
        for (probe, reply) in zip(probes, replies.dropFirst()) {
            guard let error = reply.error, error.kind == .noPermission else { continue }
            let right = right(probe, refusedWith: error.message)
            if !missing.contains(right) { missing.append(right) }
        }
        return missing
    }

    private typealias Probe = (command: RedisCommand, pattern: String)

    private func right(_ probe: Probe, refusedWith message: String) -> MissingRight {
        let user = directory.redis.configuration.username ?? "default"
        let isCommand = !message.contains(" key") && !message.contains(" channel")
        let name = isCommand ? probe.command.name : probe.pattern
        let rule = isCommand ? "+\(probe.command.name.lowercased())" : probe.pattern
        return MissingRight(
            name: name,
            problem: isCommand
                ? "the user \(user) may not run \(name)"
                : "the user \(user) may not use \(name.hasPrefix("&") ? "channels" : "keys") like \(name.dropFirst())",
            remedy: "ACL SETUSER \(user) \(rule)"
        )
    }

    /// What transitions and readers do with the keys of a queue.
    private static let words = [
        "EXISTS K", "TYPE K", "UNLINK K", "DEL K", "EXPIRE K 1", "PEXPIRE K 1", "GET K", "SET K v",
        "HGET K f", "HMGET K f", "HGETALL K", "HSET K f v", "HSETNX K f v", "HDEL K f", "HLEN K", "HEXISTS K f",
        "HINCRBY K f 1", "HSCAN K 0", "LLEN K", "LRANGE K 0 0", "LINDEX K 0", "LPOS K e", "LPUSH K e", "RPUSH K e",
        "LPOP K", "RPOP K", "LREM K 1 e", "LTRIM K 0 0", "LMPOP 1 K LEFT", "BLMOVE K K RIGHT LEFT 1", "ZADD K 1 m",
        "ZREM K m",
        "ZCARD K", "ZCOUNT K 0 1", "ZSCORE K m", "ZRANGE K 0 0", "ZRANGEBYSCORE K 0 0", "ZREVRANGE K 0 0",
        "ZREVRANGEBYSCORE K 0 0", "ZPOPMIN K",
        "ZREMRANGEBYSCORE K 0 0", "ZSCAN K 0", "XADD K * f v", "XLEN K", "XRANGE K - +", "XREVRANGE K + -",
        "XREAD STREAMS K 0",
        "XTRIM K MAXLEN 1", "XDEL K 1-0", "EVAL return 1 K", "EVALSHA x 1 K", "SCRIPT LOAD x", "TIME", "SCAN 0", "INFO",
    ]

    private func commands(_ queue: QueueName) -> [Probe] {
        let keys = directory.queue(queue).keys
        return Self.words.map { line in
            // Not EVAL's script: it has a space of its own.
            var words =
                line == "EVAL return 1 K"
                ? ["EVAL", "return 1", "1", "K"] : line.split(separator: " ").map(String.init)
            words = words.map { $0 == "K" ? keys.meta : $0 }
            return (Self.command(words), "~\(keys.prefix)*")
        }
    }

    /// The keys that all queues share.
    private var keyProbes: [Probe] {
        let keys = directory.keys
        return [
            (RedisCommand("SADD", keys.queues, "x"), "~\(keys.namespace):*"),
            (RedisCommand("SMEMBERS", keys.queues), "~\(keys.namespace):*"),
            (RedisCommand("HGETALL", keys.config), "~\(keys.namespace):*"),
            (RedisCommand("HSET", "\(keys.namespace):worker:x", "f", "v"), "~\(keys.namespace):*"),
        ]
    }

    private var channelProbes: [Probe] {
        let pattern = "&\(directory.namespace):*"
        let channels = [directory.keys.controlPrefix + "x", directory.keys.workerEvents]
        return channels.flatMap {
            [(RedisCommand("PUBLISH", $0, "x"), pattern), (RedisCommand("SUBSCRIBE", $0), pattern)]
        }
            + queues.map { (RedisCommand("PUBLISH", directory.queue($0).keys.events, "x"), pattern) }
    }

    private static func command(_ words: [String]) -> RedisCommand {
        var command = RedisCommand(words[0])
        for word in words.dropFirst() { command.append(word) }
        return command
    }
}
