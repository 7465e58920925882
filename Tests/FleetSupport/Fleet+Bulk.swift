import Glibc
import QueueKit
import RedisClient
import TestSupport

extension Fleet {
    /// Has `dlq retry --all` interrupted twice on its way through so many dead jobs, two of them damaged: killed after a third, and
    /// asked to end after another. Throws unless it can be begun again each time, each job moves once and Redis is never
    /// held up.
    package func interruptRetryOfAll(_ dead: Int) async throws {
        try await fill.dead(dead)
        try await damageTwo(of: dead)
        try await startSlowLog()
        try await interrupt(
            ["dlq", "retry", "--all"],
            SIGKILL,
            after: dead / 3,
            of: "revived_total",
            endsWith: -SIGKILL
        )
        try await interrupt(["dlq", "retry", "--all"], SIGINT, after: dead * 2 / 3, of: "revived_total", endsWith: 130)
        guard try await run("dlq", "retry", "--all", within: .seconds(600)) == 0 else { throw Unexpected("it failed") }
        if dead >= Self.judged { try await checkSlowLog() }
        guard try await total("revived_total") == dead - 2, try await counts() == [.pending: dead - 2] else {
            throw Unexpected("of \(dead) jobs there are \(try await counts())")
        }
        var seen: Set<String> = []
        for first in stride(from: 0, to: dead, by: 1000) {
            let page = RedisCommand("LRANGE", queue.keys.pending(5), String(first), String(first + 999))
            for id in try await redis.send(page).array ?? [] { seen.insert(id.string ?? "") }
        }
        guard seen.count == dead - 2 else { throw Unexpected("\(seen.count) different jobs are pending") }
    }

    /// The same of `dlq purge`.
    package func interruptPurge(_ dead: Int) async throws {
        try await fill.dead(dead)
        try await damageTwo(of: dead)
        try await startSlowLog()
        let words = ["dlq", "purge", "--yes"]
        try await interrupt(words, SIGKILL, after: dead / 3, of: "deleted_total", endsWith: -SIGKILL)
        try await interrupt(words, SIGTERM, after: dead * 2 / 3, of: "deleted_total", endsWith: 143)
        guard try await run("dlq", "purge", "--yes", within: .seconds(600)) == 0 else { throw Unexpected("it failed") }
        if dead >= Self.judged { try await checkSlowLog() }
        guard try await total("deleted_total") == dead - 2, try await counts() == [:] else {
            throw Unexpected("of \(dead) jobs there are \(try await counts())")
        }
    }

    /// With fewer than that, other tests run at the same time, and take the processor from Redis for longer than a step may take.
    private static let judged = 1_000_000

    private var fill: QueueFill { QueueFill(redis, prefix: queue.keys.prefix) }

    /// One job in the middle is gone, one is no hash.
    private func damageTwo(of count: Int) async throws {
        let ids = [try JobID("d\(count / 2)"), try JobID("d\(count / 2 + 1)")]
        for id in ids { _ = try await redis.send(RedisCommand("DEL", queue.keys.job(id), queue.keys.attempts(id))) }
        _ = try await redis.send(RedisCommand("SET", queue.keys.job(ids[1]), "x", "EX", "3600"))
    }

    private func total(_ name: String) async throws -> Int {
        Int(try await redis.send(RedisCommand("HGET", queue.keys.counts, name)).string ?? "0") ?? 0
    }

    private func interrupt(
        _ words: [String],
        _ signal: Int32,
        after count: Int,
        of name: String,
        endsWith code: Int32
    ) async throws {
        let process = try command(words, output: "\(folder.path)/output")
        try await waitUntil("\(words) has come to \(count)", within: .seconds(600)) {
            try await total(name) >= count || !process.isRunning
        }
        process.signal(signal)
        try await waitUntil("\(words) ends") { process.exitCode != nil }
        let done = try await total(name)
        print("\(words) was interrupted by signal \(signal) after \(done) jobs")
        guard process.exitCode == code else { throw Unexpected("it ended with \(process.exitCode ?? 0), not \(code)") }
    }
}
