import Glibc
import QueueKit
import RedisClient
import TestSupport

extension Fleet {
    package func job(_ id: JobID) async throws -> Job {
        guard let job = try await queue.job(id) else { throw Unexpected("job \(id) is gone") }
        return job
    }

    package func jobs(_ ids: [JobID]) async throws -> [Job] {
        var found: [Job] = []
        for first in stride(from: 0, to: ids.count, by: 500) {
            for job in try await queue.jobs(Array(ids[first..<min(first + 500, ids.count)])) {
                guard let job else { throw Unexpected("a job is gone") }
                found.append(job)
            }
        }
        return found
    }

    /// Waits until so many jobs are in a state, by the counters.
    package func wait(for number: Int, _ state: JobState, within limit: Duration = .seconds(30)) async throws {
        try await waitUntil("\(number) jobs are \(state)", within: limit) {
            let counted = try await redis.send(RedisCommand("HGET", queue.keys.counts, state.rawValue)).string
            return Int(counted ?? "0") == number
        }
    }

    /// Waits until workers block for work, so many connections in all.
    package func waitUntilIdle(_ connections: Int = 1, within limit: Duration = .seconds(20)) async throws {
        try await waitUntil("\(connections) workers wait for work", within: limit) {
            let info = try await redis.send(RedisCommand("INFO", "clients")).string ?? ""
            return info.contains("blocked_clients:\(connections)\r\n")
        }
    }

    /// Has Redis do nothing for so long, as a command that is slow does. Returns at once.
    package func putRedisToSleep(seconds: Int) {
        let connection = server.connection()
        Task {
            try await connection.send(RedisCommand("DEBUG", "SLEEP", String(seconds)), timeout: .seconds(seconds + 30))
        }
    }

    /// Keeps house as a worker does that has no slot free.
    package func claimNothing() async throws -> Claim {
        let worker = WorkerID(host: "test", pid: getpid(), random: "x")
        return try await queue.claim(
            ClaimRequest(worker: worker, number: 1, slots: 0, configuration: configuration)
        )
    }

    /// The lines that jobs have written to a file of the fleet's folder.
    package func lines(_ name: String) -> [String] { readLines("\(folder.path)/\(name)") }
}

extension Fleet {
    /// Waits until no job is left that could still run, and no push that could still become one.
    package func waitUntilDrained(within limit: Duration = .seconds(60)) async throws {
        let keys = queue.keys
        try await waitUntil("everything is over", within: limit) {
            let counts = try await counts()
            let isOver = [JobState.pending, .scheduled, .failed, .processing].allSatisfy { counts[$0] ?? 0 == 0 }
            guard isOver else { return false }
            let waiting = try await redis.pipeline([
                RedisCommand("LLEN", keys.incoming), RedisCommand("LLEN", keys.inbox),
                RedisCommand("HLEN", keys.prefix + "intake"),
            ])
            // A bell may be left in there.
            return (waiting[0].int ?? 0) + (waiting[1].int ?? 0) <= 1 && waiting[2].int == 0
        }
    }
}
