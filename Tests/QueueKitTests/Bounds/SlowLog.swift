import QueueScripts
import RedisClient

/// How long scripts and commands take by the server's own clock: its slow log.
///
/// Only what takes a millisecond or more is logged, because to log each command that a script calls would slow it down.
struct SlowLog {
    /// What one script, or one command of its own, has taken.
    struct Times {
        /// The longest ones, in microseconds, sorted; what took less than a millisecond is not among them.
        var logged: [Int] = []

        /// What so many in a hundred calls stayed under, in microseconds; 1000 for what was not logged.
        func percentile(_ percent: Int, of calls: Int) -> Int {
            let above = calls - (calls * percent + 99) / 100
            return logged.count > above ? logged[logged.count - 1 - above] : 1000
        }
    }

    private let redis: RedisConnection
    /// The names of the scripts by their digests.
    private let names: [String: String]

    /// Loads the scripts, so that none is compiled while it is measured.
    init(_ redis: RedisConnection, _ scripts: [QueueScript]) async throws {
        self.redis = redis
        var names: [String: String] = [:]
        for script in scripts {
            if let digest = try await redis.send(RedisCommand("SCRIPT", "LOAD", script.source)).string {
                names[digest] = script.name
            }
        }
        self.names = names
        try await configure("slowlog-max-len", "100000")
    }

    /// Begins anew.
    func start() async throws {
        _ = try await redis.send(RedisCommand("SLOWLOG", "RESET"))
        try await configure("slowlog-log-slower-than", "1000")
    }

    /// What was logged, by script or command.
    func stop() async throws -> [String: Times] {
        try await configure("slowlog-log-slower-than", "-1")
        var times: [String: Times] = [:]
        for entry in try await redis.send(RedisCommand("SLOWLOG", "GET", "-1")).array ?? [] {
            guard let parts = entry.array, parts.count > 3, let took = parts[2].int else { continue }
            let words = parts[3].texts
            let name = words[0].lowercased() == "evalsha" ? names[words[1]] ?? words[1] : words[0].lowercased()
            times[name, default: Times()].logged.append(Int(took))
        }
        return times.mapValues { Times(logged: $0.logged.sorted()) }
    }

    private func configure(_ name: String, _ value: String) async throws {
        _ = try await redis.send(RedisCommand("CONFIG", "SET", name, value))
    }
}
