import QueueKit
import QueueTestSupport
import RedisClient
import TestSupport
import TestTraits
import Testing

@testable import QueueWorker

/// Jobs that an older release has left run to their end.
@Suite(.fault(.mixedReleases)) struct KeptQueueTests {
    @Test(arguments: try KeptQueue.all())
    func aWorkerRunsAllThatAnEarlierReleaseHasLeft(kept: KeptQueue) async throws {
        let shop = try await Workshop(settings: [.lease: "1s"])
        try await kept.load(into: shop.queue, redis: shop.redis)
        for set in [shop.queue.keys.scheduled, shop.queue.keys.processing] {
            for id in try await shop.redis.send(RedisCommand("ZRANGE", set, "0", "-1")).array ?? [] {
                _ = try await shop.redis.send(RedisCommand("ZADD", set, "1", id.string ?? ""))
            }
        }
        #expect(try await shop.queue.retry([JobID("dead")]) == [.done(.pending)])
        try await shop.withWorker(slots: 4) { running in
            // Cancelled are the one that was, and the one whose worker had been told and is gone.
            try await waitUntil("all has ended", within: .seconds(30)) {
                let counts = try await shop.counts()
                return counts.keys.allSatisfy(\.isFinal) && counts[.completed, default: 0] >= 16
            }
            for id in ["pending", "urgent", "full", "scheduled", "failed", "elsewhere", "suspect", "running", "paused"]
            {
                #expect(try await shop.job(JobID(id)).state == .completed, "\(id)")
            }
            for id in ["handed-out", "landed", "prepared"] {
                #expect(try await shop.job(JobID(id)).state == .completed, "\(id)")
            }
            #expect(try await shop.job(JobID("suspect")).crashCount == 2)
        }
        #expect(try await shop.counts() == [.completed: 16, .cancelled: 2])
        let report = try await shop.queue.check(configuration: try await shop.configuration())
        #expect(report.findings.filter(\.kind.breaksInvariant).isEmpty)
    }
}
