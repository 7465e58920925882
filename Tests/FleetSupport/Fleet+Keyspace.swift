import QueueKit
import RedisClient
import TestSupport

extension Fleet {
    /// Every key that is in Redis, with what bounds it. Throws when nothing does: "What is bounded, and by what" in
    /// docs/reliability.md is this list. Returns how many keys there are of each kind.
    @discardableResult
    package func checkKeyspace() async throws -> [String: Int] {
        var kinds: [String: Int] = [:]
        var unbounded: [String] = []
        for name in try await keys() {
            let (kind, isBounded) = try await judge(name)
            kinds[kind, default: 0] += 1
            if !isBounded { unbounded.append(name) }
        }
        guard unbounded.isEmpty else {
            throw Unexpected("nothing bounds \(unbounded.count) keys: \(unbounded.sorted().prefix(20))")
        }
        return kinds
    }

    private func keys() async throws -> [String] {
        var names: Set<String> = []
        var cursor = "0"
        repeat {
            let reply = try await redis.send(RedisCommand("SCAN", cursor, "COUNT", "1000")).array ?? []
            cursor = reply.first?.string ?? "0"
            for name in reply.last?.array ?? [] { names.insert(name.string ?? "") }
        } while cursor != "0"
        return Array(names)
    }

    private func judge(_ name: String) async throws -> (kind: String, isBounded: Bool) {
        guard name.hasPrefix(queue.keys.prefix) else { return try await judgeShared(name) }
        let parts = name.dropFirst(queue.keys.prefix.count).split(separator: ":").map(String.init)
        switch parts[0] {
        case "job": return ("job", try await isJob(name))
        case "attempts":
            let isShort = try await ask("LLEN", name) <= JobQueue.keptRuns
            return ("attempts", try await isThere(name, parts[1]) && isShort)
        case "log": return ("log", try await isKept(name, id: parts[1], run: Int(parts[2]) ?? 0))
        case "worker", "history", "request", "reply": return (parts[0], try await passes(name))
        default: return (parts[0], try await isBounded(parts[0], name))
        }
    }

    /// The lists, sets and hashes that a queue has one of.
    private func isBounded(_ index: String, _ name: String) async throws -> Bool {
        let settings = configuration
        switch index {
        case "completed", "cancelled": return try await ask("ZCARD", name) <= settings.retentionCount
        case "rejected": return try await ask("XLEN", name) <= settings.rejectedMax
        case "dlq":
            // Dead jobs are kept unless a bound is set, and entries left behind are fewer than they.
            let dead = try await counts()[.dead] ?? 0
            let entries = try await ask("LLEN", name)
            return dead <= settings.dlqRetentionCount ?? .max && entries <= 2 * dead + 200
        case "workers": return try await ask("ZCARD", name) <= startedWorkers
        case "counts": return try await ask("HLEN", name) <= 50
        case "meta": return try await ask("HLEN", name) <= 20
        case "intake", "intake_due", "inbox", "incoming", "scheduled", "failed", "processing", "suspects", "elsewhere",
            "stale", "pending":
            return true  // as many as there are jobs and pushes that wait
        default: return false
        }
    }

    private func judgeShared(_ name: String) async throws -> (kind: String, isBounded: Bool) {
        let parts = name.dropFirst(namespace.count + 1).split(separator: ":").map(String.init)
        switch parts.first {
        case "queues": return ("queues", try await ask("SCARD", name) == 1)
        case "config": return ("config", true)
        case "worker": return ("registration", try await passes(name))
        case "stop": return ("stop", try await passes(name))
        default: return ("unknown", false)
        }
    }

    /// Whether it is a job, or has gone meanwhile.
    private func isJob(_ name: String) async throws -> Bool {
        if let state = try await redis.send(RedisCommand("HGET", name, "state")).string {
            return JobState(rawValue: state) != nil
        }
        return try await ask("EXISTS", name) == 0
    }

    /// Whether a job still is there; what belongs to it may have gone with it a moment ago.
    private func isThere(_ name: String, _ id: String) async throws -> Bool {
        if try await queue.job(JobID(id)) != nil { return true }
        return try await ask("EXISTS", name) == 0
    }

    private func isKept(_ name: String, id: String, run: Int) async throws -> Bool {
        guard let job = try await queue.job(JobID(id)) else { return try await ask("EXISTS", name) == 0 }
        let entries = try await redis.send(RedisCommand("XRANGE", name, "-", "+")).array ?? []
        let bytes = entries.reduce(0) { $0 + ($1.array?.last?.array?.last?.bytes?.count ?? 0) }
        return run > job.run - JobQueue.keptRuns && bytes <= configuration.outputCap
    }

    private func passes(_ name: String) async throws -> Bool { try await ask("PTTL", name) != -1 }

    private func ask(_ command: String, _ name: String) async throws -> Int {
        Int(try await redis.send(RedisCommand(command, name)).int ?? 0)
    }
}
