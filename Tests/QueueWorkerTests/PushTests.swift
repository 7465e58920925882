import QueueKit
import RedisClient
import TestSupport
import Testing

@testable import QueueWorker

@Suite struct PushTests {
    @Test func takesJSONAndPreparedHashesWhileIdle() async throws {
        let shop = try await Workshop()
        let keys = shop.queue.keys
        try await shop.withWorker { _ in
            try await waitUntil("the worker is there") { try await shop.directory.workers().count == 1 }
            _ = try await shop.redis.send(.init("LPUSH", keys.incoming, #"{"id":"json","command":"true"}"#))
            try await waitUntil("the pushed job is done") {
                try await shop.queue.job(JobID("json"))?.state == .completed
            }
            let prepared = try JobID("prepared")
            _ = try await shop.redis.send(.init("HSET", keys.job(prepared), "command", "true", "timeout", "5m"))
            _ = try await shop.redis.send(.init("LPUSH", keys.incoming, "prepared"))
            try await waitUntil("the prepared job is done") { try await shop.queue.job(prepared)?.state == .completed }
            #expect(try await shop.job(prepared).timeout == .seconds(300))
        }
    }

    @Test func takesPushesInWhileAllSlotsAreTaken() async throws {
        let shop = try await Workshop(settings: [.lease: "3s"])
        let long = try await shop.enqueue(["sleep 300"])[0]
        try await shop.withWorker(slots: 1) { _ in
            try await shop.wait(for: long, .processing)
            _ = try await shop.redis.send(.init("LPUSH", shop.queue.keys.incoming, #"{"id":"next","command":"true"}"#))
            try await waitUntil("the push is a job", within: .seconds(3)) {
                try await shop.queue.job(JobID("next"))?.state == .pending
            }
            _ = try await shop.queue.cancel([long])
            try await shop.wait(for: JobID("next"), .completed)
        }
    }

    @Test func setsMalformedPushesAsideAndGoesOn() async throws {
        let shop = try await Workshop()
        let bad = [
            #"{"command":"#, "[1]", "not an id!", #"{"comand":"true"}"#, #"{"command":"true","priority":11}"#, "ghost",
        ]
        try await shop.withWorker { _ in
            for entry in bad { _ = try await shop.redis.send(.init("LPUSH", shop.queue.keys.incoming, entry)) }
            _ = try await shop.redis.send(.init("LPUSH", shop.queue.keys.incoming, #"{"id":"good","command":"true"}"#))
            try await waitUntil("the good one is done") { try await shop.queue.job(JobID("good"))?.state == .completed }
            try await waitUntil("the bad ones are set aside") {
                try await shop.queue.rejected(limit: 10).count == bad.count
            }
        }
        let reasons = try await shop.queue.rejected(limit: 10).reversed().map(\.reason)
        #expect(reasons[3].contains("command"))
        #expect(reasons[4].contains("0...10"))
        #expect(reasons[5].contains("prepared hash"))
        let raws = try await shop.queue.rejected(limit: 10).reversed().map { String(decoding: $0.raw, as: UTF8.self) }
        #expect(raws == bad)
    }

    @Test func runsEachOfManyJobsOnceOnSeveralWorkers() async throws {
        let shop = try await Workshop()
        let seen = Tally()
        let executor = HandlerExecutor { job, _ in seen.add(job.id) }
        let workers = try (0..<4).map { _ in try RunningWorker(shop, slots: 8, executor: executor) }
        var ids: Set<JobID> = []
        for _ in 0..<20 { ids.formUnion(try await shop.enqueue((0..<100).map { "job \($0)" })) }
        try await waitUntil("all are completed", within: .seconds(30)) { try await shop.counts() == [.completed: 2000] }
        for worker in workers { try await worker.stop() }
        #expect(seen.counts.count == 2000)
        #expect(seen.counts.values.allSatisfy { $0 == 1 })
        #expect(Set(seen.counts.keys) == ids)
    }
}
