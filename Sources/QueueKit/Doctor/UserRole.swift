/// What a Redis user is there for, and so which rights it needs: the users of `deploy/redis-users.acl`, but for the one
/// that only pushes, which queuectl never is.
public enum UserRole: String, Sendable, CaseIterable {
    /// Does everything.
    case admin
    /// Adds jobs, and follows them.
    case producer
    /// Runs jobs.
    case worker
    /// Looks, and changes nothing.
    case viewer

    /// What it does with the keys of a queue, one command each. `K` stands for any of them, `R:name` for one by name.
    var words: [String] {
        switch self {
        case .admin: Self.reading + Self.scanning + Self.adding + Self.steering + Self.running + Self.observing
        case .producer: Self.reading + Self.adding
        case .worker: Self.basics + Self.running
        case .viewer: Self.reading + Self.scanning + Self.observing
        }
    }

    private static let basics = ["EVAL return 1 K", "EVALSHA x 1 K", "SCRIPT LOAD x", "TIME", "EXISTS K", "TYPE K"]

    private static let reading =
        basics + [
            "GET K", "HGET K f", "HMGET K f", "HGETALL K", "HLEN K", "HEXISTS K f", "LLEN K", "LRANGE K 0 0",
            "LINDEX K 0", "ZCARD K", "ZCOUNT K 0 1", "ZSCORE K m", "ZRANGE K 0 0", "ZREVRANGE K 0 0", "XLEN K",
            "XRANGE K - +", "XREVRANGE K + -", "XREAD STREAMS K 0",
        ]

    /// What `doctor` and searches read besides.
    private static let scanning = [
        "HSCAN K 0", "LPOS K e", "ZRANGEBYSCORE K 0 0", "ZREVRANGEBYSCORE K 0 0", "ZSCAN K 0",
        "SCAN 0",
    ]

    private static let observing = ["INFO"]

    private static let adding = [
        "UNLINK R:job:x", "PEXPIRE R:meta 1", "SET R:request:x v", "HSET R:job:x f v", "HSETNX R:meta f v",
        "HDEL R:stale f", "LPUSH R:incoming e", "RPUSH R:pending:5 e", "LPOP R:pending:5", "LREM R:pending:5 1 e",
        "LTRIM R:pending:5 0 0", "ZADD R:scheduled 1 m", "ZREM R:scheduled m", "HSET R:counts f v",
        "ZADD R:signed 1 m",
    ]

    private static let steering = ["XTRIM K MAXLEN 1", "XDEL K 1-0", "UNLINK R:dlq", "ZADD R:cancelled 1 m"]

    private static let running = [
        "UNLINK K", "DEL K", "EXPIRE K 1", "PEXPIRE K 1", "GET K", "SET K v", "HGET K f", "HMGET K f", "HGETALL K",
        "HSET K f v", "HDEL K f", "HLEN K", "HEXISTS K f", "HINCRBY K f 1", "LLEN K", "LRANGE K 0 0", "LINDEX K 0",
        "LPOS K e", "LPUSH K e", "RPUSH K e", "LPOP K", "RPOP K", "LREM K 1 e", "LTRIM K 0 0", "LMPOP 1 K LEFT",
        "BLMOVE K K RIGHT LEFT 1", "ZADD K 1 m", "ZREM K m", "ZCARD K", "ZSCORE K m", "ZRANGE K 0 0",
        "ZRANGEBYSCORE K 0 0", "ZREVRANGEBYSCORE K 0 0", "ZPOPMIN K", "ZREMRANGEBYSCORE K 0 0", "XADD K * f v",
        "XLEN K", "XDEL K 1-0",
    ]
}
