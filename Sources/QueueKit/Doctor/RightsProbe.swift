import RedisClient

/// A right that the user of a connection does not have.
public struct MissingRight: Sendable, Hashable {
    /// The command, the keys or the channels that are refused.
    public let name: String
    /// What the user may not do, as it follows a colon.
    public let problem: String
    /// The command that gives it the right.
    public let remedy: String
}

extension QueueDirectory {
    /// Tries out what the user of the connection lacks for a role in some queues. One round trip more than a command; nothing runs.
    ///
    /// - Returns: What is missing; nil if the user may not use transactions, by which it is tried out.
    /// - Throws: `QueueError` when Redis cannot be asked.
    public func missingRights(
        for role: UserRole,
        in queues: [QueueName]
    ) async throws(QueueError) -> [MissingRight]? {
        try await RightsProbe(self, queues, as: role).missing()
    }
}

/// Tries out whether a user may do what queuectl does.
///
/// Inside a transition Redis checks each command against the caller. Here they are queued in a transaction, which checks
/// them as well, and the transaction is discarded: nothing runs.
struct RightsProbe {
    private let directory: QueueDirectory
    private let queues: [QueueName]
    private let role: UserRole

    init(_ directory: QueueDirectory, _ queues: [QueueName], as role: UserRole = .admin) {
        self.directory = directory
        self.queues = queues
        self.role = role
    }

    /// What is missing, by name; nil if the user may not even use transactions.
    func missing() async throws(QueueError) -> [MissingRight]? {
        // Without MULTI the commands behind it would run.
        let attempt = "try out the rights"
        let begin = [RedisCommand("MULTI"), RedisCommand("DISCARD")]
        guard try await directory.replies(begin, attempting: attempt).allSatisfy({ $0.error == nil }) else {
            return nil
        }
        let probes = queues.flatMap { commands($0) + kindProbes($0) } + keyProbes + channelProbes
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
                : "the user \(user) may not use \(name.hasPrefix("&") ? "channels" : "keys") like \(name.drop { $0 != "~" && $0 != "&" }.dropFirst())",
            remedy: "ACL SETUSER \(user) \(rule)"
        )
    }

    private func commands(_ queue: QueueName) -> [Probe] {
        let keys = directory.queue(queue).keys
        return role.words.map { line in
            // Not EVAL's script: it has a space of its own.
            var words =
                line == "EVAL return 1 K"
                ? ["EVAL", "return 1", "1", "K"] : line.split(separator: " ").map(String.init)
            words = words.map { $0 == "K" ? keys.meta : $0.hasPrefix("R:") ? keys.prefix + $0.dropFirst(2) : $0 }
            return (Self.command(words), "~\(keys.prefix)*")
        }
    }

    /// A key of each kind: rules for keys may be narrower than a whole queue.
    private func kindProbes(_ queue: QueueName) -> [Probe] {
        guard role == .admin || role == .worker else { return [] }
        let keys = directory.queue(queue).keys
        let ofJobs = ["job:x", "worker:x", "request:x", "attempts:x", "log:x:1", "reply:x", "history:0"].map(keys.named)
        return (keys.fixed + ofJobs).map { (RedisCommand("UNLINK", $0), "~\(keys.prefix)*") }
    }

    /// The keys that all queues share.
    private var keyProbes: [Probe] {
        let keys = directory.keys
        var probes: [Probe] = [
            (RedisCommand("SMEMBERS", keys.queues), "%R~\(keys.queues)"),
            (RedisCommand("HGETALL", keys.config), "%R~\(keys.config)"),
        ]
        if role != .viewer { probes.append((RedisCommand("SADD", keys.queues, "x"), "~\(keys.queues)")) }
        if role == .admin || role == .worker {
            for kind in ["worker", "stop"] {
                let own = "\(keys.namespace):\(kind):"
                probes.append((RedisCommand("UNLINK", own + "x"), "~\(own)*"))
            }
        }
        if role == .admin { probes.append((RedisCommand("HSET", keys.config, "f", "v"), "~\(keys.config)")) }
        return probes
    }

    private var channelProbes: [Probe] {
        let pattern = "&\(directory.namespace):*"
        let shared = [directory.keys.controlPrefix + "x", directory.keys.workerEvents]
        let own = queues.map { directory.queue($0).keys.events }
        let spoken: [String]
        let heard: [String]
        switch role {
        case .admin, .worker: (spoken, heard) = (shared + own, shared)
        case .producer: (spoken, heard) = (own, own)
        case .viewer: (spoken, heard) = ([], own)
        }
        return spoken.map { (RedisCommand("PUBLISH", $0, "x"), pattern) }
            + heard.map { (RedisCommand("SUBSCRIBE", $0), pattern) }
    }

    private static func command(_ words: [String]) -> RedisCommand {
        var command = RedisCommand(words[0])
        for word in words.dropFirst() { command.append(word) }
        return command
    }
}
