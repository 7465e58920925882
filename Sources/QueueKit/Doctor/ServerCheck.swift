import RedisClient

/// What a check of the server or of the workers has found.
public struct CheckReport: Sendable {
    /// What is not as it should be.
    public internal(set) var findings: [Finding] = []
    /// What each check saw, in a few words.
    public internal(set) var facts: [CheckArea: String] = [:]
}

/// Looks at the server: whether it is one that keeps jobs, and keeps them for good.
public struct ServerCheck {
    let directory: QueueDirectory
    private var redis: RedisConnection { directory.redis }
    var report = CheckReport()

    /// Prepares a check. No I/O.
    public init(_ directory: QueueDirectory) {
        self.directory = directory
    }

    /// Looks at everything once. A dozen round trips; nothing is written.
    ///
    /// - Parameters:
    ///   - queues: The queues whose keys the user must be allowed to use.
    ///   - role: What the user must be able to do with them.
    /// - Throws: `QueueError` when Redis cannot be reached, or does not let itself be asked.
    public mutating func run(
        _ queues: [QueueName],
        as role: UserRole = .admin
    ) async throws(QueueError) -> CheckReport {
        try await checkRights(queues, role)
        if let info = try await info() {
            checkVersion(info)
            checkRole(info)
            try await checkPersistence(info)
            checkMemory(info)
        }
        try await checkAccess()
        checkTransport()
        try await checkLatency()
        try await checkConfiguration()
        try await checkFunctions()
        return report
    }

    mutating func add(
        _ kind: FindingKind,
        severity: Finding.Severity? = nil,
        _ object: String,
        _ problem: String,
        remedy: String
    ) {
        report.findings.append(Finding(kind, severity: severity, object, problem, remedy: remedy))
    }

    private func info() async throws(QueueError) -> ServerInfo? {
        let reply = try await directory.replies([RedisCommand("INFO")], attempting: "look at the server")[0]
        return reply.error == nil ? ServerInfo(reply.string ?? "") : nil
    }

    private mutating func checkVersion(_ info: ServerInfo) {
        report.facts[.version] = "Redis \(info["redis_version"])"
        guard info.release.major < 7 else { return }
        let problem = "Redis \(info["redis_version"]) lacks what the transitions need"
        add(.oldRedis, info["redis_version"], problem, remedy: "Use Redis 7.0 or later")
    }

    private mutating func checkRole(_ info: ServerInfo) {
        report.facts[.role] = "\(info["role"] == "master" ? "primary" : "replica"), \(info["redis_mode"])"
        if info.number("cluster_enabled") == 1 {
            let problem = "this is one node of a cluster: of the other nodes only the keys of the queues are looked at"
            add(.cluster, "cluster", problem, remedy: "Look at each of its primaries: queuectl doctor --redis URL")
        } else if info["role"] == "slave" {
            let primary = "\(info["master_host"]):\(info["master_port"])"
            add(.replica, primary, "this is a replica, which takes no writes", remedy: "Use the primary: \(primary)")
        }
    }

    private mutating func checkPersistence(_ info: ServerInfo) async throws(QueueError) {
        if info.number("loading") == 1 {
            add(.loading, "loading", "Redis is loading its data", remedy: "Try again in a moment")
        }
        let settings = try await settings(["save", "appendfsync"])
        if info.number("aof_enabled") == 1 {
            report.facts[.persistence] = "append-only file" + (settings["appendfsync"].map { ", \($0)" } ?? "")
        } else if settings["save"] == "" {
            report.facts[.persistence] = "none"
            let problem = "Redis keeps nothing on disk: a restart loses every job"
            add(.notPersistent, "appendonly", problem, remedy: "In redis.conf: appendonly yes")
        } else {
            report.facts[.persistence] = "snapshots"
            let problem = "Redis keeps snapshots at the most: a restart loses all since the last one"
            add(.snapshotsOnly, "appendonly", problem, remedy: "In redis.conf: appendonly yes")
        }
        for (field, name) in [
            ("rdb_last_bgsave_status", "the last snapshot"),
            ("aof_last_write_status", "the last write of the append-only file"),
            ("aof_last_bgrewrite_status", "the last rewrite of the append-only file"),
        ] where info[field] == "err" {
            add(.persistenceFailing, field, "\(name) failed", remedy: "See Redis' log: most often its disk is full")
        }
    }

    private mutating func checkMemory(_ info: ServerInfo) {
        let (used, limit, policy) = (info.number("used_memory"), info.number("maxmemory"), info["maxmemory_policy"])
        let of = limit == 0 ? ", no limit" : " of \(ByteSizeText.rounded(limit))"
        report.facts[.memory] = "\(ByteSizeText.rounded(used))\(of), \(policy)"
        if policy != "noeviction" {
            let problem = "maxmemory-policy is \(policy): under pressure Redis throws jobs away"
            add(
                .evictionPolicy,
                severity: limit == 0 ? .warning : .error,
                "maxmemory-policy",
                problem,
                remedy: "In redis.conf: maxmemory-policy noeviction"
            )
        }
        let evicted = info.number("evicted_keys")
        if evicted > 0 {
            let problem = "keys that Redis has thrown away since it started: \(evicted)"
            let remedy = "In redis.conf: maxmemory-policy noeviction; then look for what is missing with this command"
            add(.evictedKeys, "evicted_keys", problem, remedy: remedy)
        }
        if limit > 0, Double(used) > 0.9 * Double(limit) {
            let problem =
                "\(ByteSizeText.rounded(used)) of \(ByteSizeText.rounded(limit)) are used; full, it refuses new jobs"
            let remedy = "Raise maxmemory, or shorten retention: queuectl config set retention-count N"
            add(.memoryNearlyFull, "maxmemory", problem, remedy: remedy)
        }
    }

    /// Settings of the server, where the user may ask for them.
    func settings(_ names: [String]) async throws(QueueError) -> [String: String] {
        let commands = names.map { RedisCommand("CONFIG", "GET", $0) }
        var values: [String: String] = [:]
        for (name, reply) in zip(names, try await directory.replies(commands, attempting: "look at the server")) {
            values[name] = reply.array?.last?.string
        }
        return values
    }

    /// More than that, at the middle of a few tries, slows every transition.
    private static let slow = Duration.milliseconds(50)

    private mutating func checkLatency() async throws(QueueError) {
        var times: [Duration] = []
        for _ in 0..<10 {
            let start = ContinuousClock.now
            _ = try await directory.replies([RedisCommand("PING")], attempting: "look at the server")
            times.append(ContinuousClock.now - start)
        }
        times.sort()
        let (middle, longest) = (times[times.count / 2], times[times.count - 1])
        let figures = "\(Self.tenths(middle)) ms at the middle, \(Self.tenths(longest)) ms at the most"
        report.facts[.latency] = figures
        guard middle > Self.slow else { return }
        let remedy = "Look for slow commands (SLOWLOG GET), swapping, or a long way to the server"
        add(.slowAnswers, "PING", "Redis answers slowly: \(figures)", remedy: remedy)
    }

    private static func tenths(_ duration: Duration) -> String {
        let tenths = (duration / .milliseconds(0.1)).rounded()
        return "\(tenths / 10)"
    }

    private mutating func checkConfiguration() async throws(QueueError) {
        let problems: [ConfigurationError]
        do {
            problems = try await directory.configuration().problems
        } catch  where error.code == .forbidden {
            // Told as a right that is missing.
            return
        }
        report.facts[.configuration] =
            problems.isEmpty ? "as it should be" : "\(problems.count) settings count as not set"
        for problem in problems {
            let remedy = "queuectl config unset \(problem.key)"
            add(.damagedSetting, problem.key, "a stored setting counts as not set: \(problem)", remedy: remedy)
        }
    }

    private mutating func checkFunctions() async throws(QueueError) {
        let code: String?
        do {
            code = try await QueueFunctions.code(at: redis, attempting: "look at the functions")
        } catch  where error.code == .forbidden || error.code == .broken {
            // No right of those who only run or enqueue jobs; or a server too old to have any, which is told already.
            report.facts[.functions] = "not known"
            return
        }
        report.facts[.functions] =
            switch code {
            case nil: "none"
            case QueueFunctions.code: "of this release"
            default: "of another release"
            }
        guard let code, code != QueueFunctions.code else { return }
        let problem = "the functions by which other services add jobs are of another release"
        add(.otherFunctions, QueueFunctions.library, problem, remedy: "queuectl install-functions")
    }

    private mutating func checkRights(_ queues: [QueueName], _ role: UserRole) async throws(QueueError) {
        guard let missing = try await directory.missingRights(for: role, in: queues) else {
            report.facts[.rights] = "not known"
            let problem = "the user may not use transactions, by which rights are tried out without an effect"
            add(.rightsUnknown, "MULTI", problem, remedy: "Give it MULTI and DISCARD: +multi +discard")
            return
        }
        report.facts[.rights] = missing.isEmpty ? "all that are needed" : "\(missing.count) are missing"
        for right in missing {
            add(.missingRight, right.name, right.problem, remedy: right.remedy)
        }
    }
}

extension QueueDirectory {
    /// Sends commands whose refusal is an answer too.
    func replies(
        _ commands: [RedisCommand],
        attempting attempt: @autoclosure () -> String
    ) async throws(QueueError) -> [RESPValue] {
        do {
            return try await redis.pipeline(commands)
        } catch {
            throw QueueError(error, attempted: attempt(), queue: nil)
        }
    }
}
