import RedisClient
import TestSupport

/// What a storm of ended connections came to.
package struct StormReport: Sendable {
    package let jobs: Int
    package let before: ProcessFigures
    package let after: ProcessFigures
}

extension Fleet {
    /// Has Redis end connections of a worker, one and all, so many times, while it runs jobs, and waits until all are done.
    package func storm(over worker: WorkerProcess, kills: Int) async throws -> StormReport {
        var jobs = 0
        func strike(_ times: Int) async throws {
            for number in 0..<times {
                switch number % 4 {
                case 0: _ = try await redis.send(RedisCommand("CLIENT", "KILL", "TYPE", "normal"))
                case 1: _ = try await redis.send(RedisCommand("CLIENT", "KILL", "TYPE", "pubsub"))
                default:
                    let list = try await redis.send(RedisCommand("CLIENT", "LIST")).string ?? ""
                    let ids = list.split(separator: "\n").compactMap { $0.split(separator: " ").first?.dropFirst(3) }
                    // Its own is the first to have come.
                    guard let id = ids.dropFirst().randomElement() else { break }
                    _ = try await redis.pipeline([RedisCommand("CLIENT", "KILL", "ID", String(id), "SKIPME", "yes")])
                }
                if number % 2 == 0 { jobs += try await enqueue([note]).count }
                try await Task.sleep(for: .milliseconds(5))
            }
            try await wait(for: jobs, .completed, within: .seconds(60))
            try await waitUntilIdle()
        }
        func figures() throws -> ProcessFigures {
            guard let figures = ProcessFigures(of: worker.pid) else { throw Unexpected("the worker has ended") }
            return figures
        }
        // Until everything has been used once.
        try await strike(kills / 4)
        let before = try figures()
        try await strike(kills - kills / 4)
        // A leak leaves one for each kill. Runs that are just over, and the control connection, have some for a moment more.
        try await waitUntil("no descriptor is left over", within: .seconds(30)) {
            try figures().descriptors <= before.descriptors + 8
        }
        return StormReport(jobs: jobs, before: before, after: try figures())
    }
}
