import FleetSupport
import QueueKit
import RedisClient
import TestSupport
import TestTraits
import Testing

/// Somebody empties Redis while jobs run.
@Suite(.fault(.flushed), .threeAtATime) struct FlushTests {
    @Test func workersOutliveAnEmptiedRedisAndMakeNoHalfJobs() async throws {
        try await withFleet { fleet in
            // As many slots as jobs that wait: nothing else is begun before all is gone.
            let workers = try await fleet.start(2, count: 10)
            let f = fleet.folder.path
            let talk = "echo hello; queuectl=1; until [ -e \(f)/go ]; do sleep 0.1; done; echo bye; \(fleet.note)"
            let running = try await fleet.enqueue(Array(repeating: talk, count: 20))
            try await fleet.wait(for: 20, .processing)
            try await fleet.enqueue(Array(repeating: "exit 1", count: 50)) { at, job in job.priority = at % 11 }
            try await fleet.enqueue(["true"]) { _, job in job.delay = .seconds(3600) }

            _ = try await fleet.redis.send(RedisCommand("FLUSHALL"))
            try makeFile("\(f)/go")
            try await waitUntil("the runs have ended or were stopped", within: .seconds(60)) {
                fleet.processes().allSatisfy { !$0.isJob }
            }
            try await waitUntil("all workers are on the list again", within: .seconds(30)) {
                let listed = try await fleet.redis.send(RedisCommand("ZCARD", fleet.queue.keys.workers)).int
                let queues = try await fleet.redis.send(RedisCommand("SMEMBERS", "\(fleet.namespace):queues"))
                return listed == 2 && queues.array?.compactMap(\.string) == ["default"]
            }
            let keys = try await fleet.redis.send(RedisCommand("KEYS", "*:job:*")).array?.compactMap(\.string) ?? []
            #expect(keys == [], "half a job came back")
            #expect(try await fleet.counts() == [:])
            #expect(workers.allSatisfy { $0.process.isRunning })
            for worker in workers { #expect(worker.events("stale").count == worker.events("started").count) }
            #expect(workers.flatMap { $0.events("started").flatMap(\.ids) }.sorted() == running.map(\.text).sorted())

            let books = try TotalQueue(folder: f)
            books.acknowledge(try await fleet.enqueue(Array(repeating: books.recorded(), count: 100)))
            try await fleet.wait(for: 100, .completed)
            _ = try await fleet.requireBalance(of: books)
        }
    }
}
