import FleetSupport
import QueueKit
import RedisClient
import TestSupport
import TestTraits
import Testing

@Suite(.fault(.scriptsFlushed), .threeAtATime) struct ScriptFlushTests {
    @Test func nobodyNoticesThatScriptsAreForgotten() async throws {
        try await withFleet { fleet in
            let books = try TotalQueue(folder: fleet.folder.path)
            let workers = try await fleet.start(3, count: 4)
            var flushes = 0
            for _ in 0..<20 {
                books.acknowledge(try await fleet.enqueue(Array(repeating: books.recorded(), count: 50)))
                for _ in 0..<10 {
                    _ = try await fleet.redis.send(RedisCommand("SCRIPT", "FLUSH"))
                    flushes += 1
                }
                try await fleet.push(#"{"command":"\#(fleet.note)"}"#)
            }
            try await fleet.wait(for: 1020, .completed, within: .seconds(60))
            #expect(flushes == 200 && fleet.lines("ran").count == 20)
            for worker in workers {
                #expect(worker.events("trouble").isEmpty && worker.events("outage").isEmpty)
            }
            let report = try await fleet.requireBalance(of: books)
            #expect(report.duplicates.isEmpty)
        }
    }
}
