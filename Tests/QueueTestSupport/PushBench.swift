import QueueKit
import QueueWorker
import RedisClient
import Synchronization
import TestSupport

/// Says what is not as it should be.
package struct PushBenchError: Error, CustomStringConvertible {
    package let description: String
}

/// A queue on a server of its own, for pushes of any kind: its jobs are handlers in this process, so that whatever is pushed
/// starts no process.
package final class PushBench: Sendable {
    package let queue: JobQueue
    package let redis: RedisConnection
    package let configuration: QueueConfiguration
    private let server: RedisServer
    private let ran = Mutex<[JobID]>([])

    package init(_ settings: [ConfigurationKey: String] = [:]) async throws {
        server = try RedisServer()
        redis = server.connection()
        let directory = QueueDirectory(redis: redis)
        for (key, value) in settings { try await directory.set(key, to: try key.canonical(value)) }
        queue = directory.queue(.default)
        configuration = try await directory.register([.default])
    }

    deinit { redis.close() }

    /// The jobs whose handlers have begun, in that order.
    package var started: [JobID] { ran.withLock { $0 } }

    /// Pushes entries; the first is the first to be taken in.
    package func push(_ entries: [[UInt8]]) async throws {
        for first in stride(from: 0, to: entries.count, by: 1000) {
            var command = RedisCommand("LPUSH", queue.keys.incoming)
            for entry in entries[first..<min(first + 1000, entries.count)] { command.append(entry) }
            _ = try await redis.send(command)
        }
    }

    /// Runs a worker while `body` runs.
    package func withWorker<Result>(
        slots: Int,
        handler: @escaping @Sendable (Job) async throws -> Void = { _ in },
        _ body: () async throws -> Result
    ) async throws -> Result {
        let executor = HandlerExecutor { job, _ in
            self.ran.withLock { $0.append(job.id) }
            try await handler(job)
        }
        let worker = Worker(WorkerOptions(slots: slots), redis: server.configuration, executor: executor)
        let run = Task { try await worker.run() }
        do {
            let result = try await body()
            worker.stop(.now)
            try await run.value
            return result
        } catch {
            worker.stop(.now)
            try await run.value
            throw error
        }
    }

    /// Waits until no push waits to be taken in or to be judged.
    package func waitForIntake(within limit: Duration) async throws {
        let keys = [queue.keys.inbox, queue.keys.intake]
        try await waitUntil("all is taken in", within: limit) {
            guard try await !queue.hasPushes() else { return false }
            let types = try await redis.pipeline([RedisCommand("LLEN", keys[0]), RedisCommand("HLEN", keys[1])])
            return types.allSatisfy { $0.int == 0 }
        }
    }

    /// Jobs in all states.
    package func jobCount() async throws -> Int {
        try await queue.status(heartbeat: .seconds(10)).jobs.values.reduce(0, +)
    }

    /// Throws unless nothing is broken, as `queuectl doctor` sees it.
    package func requireOrder() async throws {
        let report = try await queue.check(configuration: configuration, repairs: false)
        let broken = report.findings.filter(\.kind.breaksInvariant)
        guard report.isComplete, broken.isEmpty else { throw PushBenchError(description: "\(broken.prefix(5))") }
    }

    /// Throws unless each of these pushes is a job, or was rejected with all its bytes. Returns how many are which.
    package func account(for pushes: [[UInt8]]) async throws -> (jobs: Int, rejected: Int) {
        var left: [[UInt8]: Int] = [:]
        for push in pushes { left[push, default: 0] += 1 }
        let rejected = try await queue.rejected(limit: pushes.count + 1)
        for push in rejected {
            guard push.isWhole, let count = left[push.raw], count > 0 else {
                throw PushBenchError(description: "nobody pushed \(TerminalText.escape(push.raw))")
            }
            left[push.raw] = count - 1
        }
        var ids: [JobID] = []
        for (raw, count) in left where count > 0 {
            let document = try JobDocument(json: raw, pushedTo: queue.name)
            if let id = document.id { ids.append(id) }
        }
        let jobs = left.values.reduce(0, +)
        let found = try await jobCount()
        guard found == jobs else { throw PushBenchError(description: "\(jobs) pushes are left, and \(found) jobs") }
        for batch in stride(from: 0, to: ids.count, by: 1000) {
            let slice = Array(ids[batch..<min(batch + 1000, ids.count)])
            for (id, job) in zip(slice, try await queue.jobs(slice)) where job == nil {
                throw PushBenchError(description: "job \(id) is gone")
            }
        }
        return (jobs, rejected.count)
    }
}
