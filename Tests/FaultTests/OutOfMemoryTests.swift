import FleetSupport
import QueueKit
import RedisClient
import TestSupport
import TestTraits
import Testing

@Suite(.fault(.redisOutOfMemory), .threeAtATime) struct OutOfMemoryTests {
    @Test func aFullRedisRefusesNewJobsAndSettlesThoseThatRun() async throws {
        try await withFleet(settings: [.lease: "3s"]) { fleet in
            let books = try TotalQueue(folder: fleet.folder.path)
            _ = try await fleet.start(2, count: 10)
            let go = "\(fleet.folder.path)/go"
            let ids = try await fleet.enqueue(
                Array(repeating: books.recorded("until [ -e \(go) ]; do sleep 0.1; done"), count: 20)
            )
            books.acknowledge(ids)
            try await waitUntil("all run") { books.runs().runs.count == 20 }

            _ = try await fleet.redis.send(RedisCommand("CONFIG", "SET", "maxmemory", "1mb"))
            await #expect { try await fleet.enqueue([fleet.note]) } throws: { error in
                (error as? QueueError)?.code == .refused && "\(error)".contains("out of memory")
            }
            // Time itself is the subject: without renewals the leases would end.
            try await Task.sleep(for: .seconds(5))
            try makeFile(go)
            try await fleet.wait(for: 20, .completed, within: .seconds(15))
            #expect(try await fleet.jobs(ids).allSatisfy { $0.run == 1 && $0.crashCount == 0 })

            _ = try await fleet.redis.send(RedisCommand("CONFIG", "SET", "maxmemory", "0"))
            books.acknowledge(try await fleet.enqueue([books.recorded()]))
            try await fleet.wait(for: 21, .completed, within: .seconds(5))
            let report = try await fleet.requireBalance(of: books)
            #expect(report.completed == 21 && report.duplicates.isEmpty)
        }
    }
}
