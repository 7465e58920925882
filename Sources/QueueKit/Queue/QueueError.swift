import RedisClient

/// Why something could not be done with a queue. Ordinary outcomes (exists, stale, not found) are results instead.
public struct QueueError: Error, Sendable, CustomStringConvertible {
    /// What kind of trouble it is, and so what a caller can do.
    public enum Code: Sendable, Hashable {
        /// Redis cannot be reached, or the connection was lost and did not come back in time.
        case unreachable
        /// Redis is there and refuses for now: out of memory, disk trouble, a replica, loading.
        case refused
        /// The user may not do it: wrong or missing password, missing right.
        case forbidden
        /// The queue was written by a release that keeps it in another form.
        case newerSchema
        /// A key holds what it should not, or a script failed: somebody has to look.
        case broken
        /// The caller's task was cancelled.
        case cancelled
        /// Several queues hold a job with the id.
        case ambiguous
    }

    /// What kind of trouble it is.
    public let code: Code
    /// What was attempted, as it follows "Cannot": `enqueue 3 jobs`.
    public let attempted: String
    /// The queue, if one is concerned.
    public let queue: QueueName?
    /// What came of it and what to do next, one line.
    public let reason: String
    /// What the client reported, if it was the client.
    public let cause: RedisError?

    init(_ code: Code, attempted: String, queue: QueueName?, reason: String, cause: RedisError? = nil) {
        self.code = code
        self.attempted = attempted
        self.queue = queue
        self.reason = reason
        self.cause = cause
    }

    package init(_ error: RedisError, attempted: String, queue: QueueName?) {
        guard error.code == .reply, let reply = error.reply else {
            let code = error.code == .cancelled ? Code.cancelled : .unreachable
            self.init(code, attempted: attempted, queue: queue, reason: error.description, cause: error)
            return
        }
        self.init(reply, said: error.description, attempted: attempted, queue: queue, cause: error)
    }

    /// For an error reply, which `said` describes.
    init(
        _ reply: RedisReplyError,
        said: String,
        attempted: String,
        queue: QueueName?,
        cause: RedisError? = nil
    ) {
        let (code, advice) = Self.classify(reply)
        // Ours, and in words for people already.
        let said = code == .newerSchema ? String(reply.message.dropFirst("SCHEMA ".count)) : said
        let reason = advice.map { "\(said). \($0)" } ?? said
        self.init(code, attempted: attempted, queue: queue, reason: reason, cause: cause)
    }

    /// `Cannot enqueue 3 jobs in "mail": ...`, one line.
    public var description: String {
        let place = queue.map { attempted.hasSuffix(" the queue") ? " \"\($0)\"" : " in \"\($0)\"" } ?? ""
        return "Cannot \(attempted)\(place): \(reason)"
    }

    private static func classify(_ reply: RedisReplyError) -> (Code, advice: String?) {
        if reply.message.hasPrefix("SCHEMA ") { return (.newerSchema, nil) }
        // What Redis says of a command inside a script, without saying which.
        if reply.message.contains("The user executing the script can't run this command") {
            return (.forbidden, "queuectl doctor names the right that is missing")
        }
        switch reply.kind {
        case .noAuth:
            return (.forbidden, "Give a password: redis://:PASSWORD@HOST; of sentinels: ?sentinel_password=PASSWORD")
        case .wrongPass, .passwordNotConfigured: return (.forbidden, "Check user and password in the Redis URL")
        case .noPermission: return (.forbidden, "Ask for that right, or use another user")
        case .outOfMemory: return (.refused, "Redis is out of memory: raise maxmemory, or let workers drain it")
        case .misconf: return (.refused, "Redis cannot write to its disk: see its log")
        case .readOnly: return (.refused, "This is a replica: use the address of the primary")
        case .loading, .masterDown, .noReplicas, .clusterDown, .busy, .tryAgain, .maxClients, .unblocked, .moved, .ask:
            return (.refused, "Try again in a moment")
        case .wrongType: return (.broken, "A key of the queue holds another type than it should; see docs/states.md")
        case .noScript, .crossSlot, .other: return (.broken, nil)
        }
    }
}
