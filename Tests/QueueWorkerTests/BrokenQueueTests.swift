import QueueKit
import RedisClient
import TestSupport
import TestTraits
import Testing

@testable import QueueWorker

@Suite struct BrokenQueueTests {
    @Test(arguments: [("completed", "x"), ("processing", "x"), ("incoming", "x"), ("pending:5", "x")])
    func aQueueThatIsBrokenDoesNotStarveTheOthers(_ key: String, _ value: String) async throws {
        let shop = try await Workshop()
        let broken = shop.directory.queue(try QueueName("broken"))
        _ = try await shop.redis.send(.init("SET", broken.keys.prefix + key, value))
        let id = try await shop.enqueue(["true"])[0]
        let running = try RunningWorker(shop, slots: 1, executor: nil, queues: [broken.name, .default])
        try await shop.wait(for: id, .completed)
        #expect(running.events.count { if case .trouble(broken.name, _) = $0 { true } else { false } } > 0)
        #expect(running.events.count { if case .outage = $0 { true } else { false } } == 0)
        try await running.stop()
    }

    @Test(.fault(.mixedReleases)) func aNewerSchemaIsLeftAloneUntilItIsNoneAnyMore() async throws {
        let shop = try await Workshop(server: RedisServer(), settings: [.lease: "1s"])
        let newer = shop.directory.queue(try QueueName("newer"))
        let waiting = NewJob(JobDocument(command: "true"))
        _ = try await newer.enqueue([waiting], configuration: try await shop.configuration())
        _ = try await shop.redis.send(.init("HSET", newer.keys.meta, "schema", "99"))
        let before = try await contents(of: newer, shop.redis)
        let id = try await shop.enqueue(["true"])[0]
        let running = try RunningWorker(shop, slots: 1, executor: nil, queues: [newer.name, .default])
        try await shop.wait(for: id, .completed)
        // It asks now and then, and does not spin: a claim a second, a renewal and a turn to sweep each heartbeat.
        _ = try await shop.redis.send(.init("CONFIG", "RESETSTAT"))
        try await Task.sleep(for: .seconds(3))
        let refused = try await shop.redis.send(.init("INFO", "errorstats")).string ?? ""
        let count = refused.firstMatch(of: #/errorstat_SCHEMA:count=(\d+)/#).flatMap { Int($0.1) }
        #expect(1...60 ~= (count ?? 0))
        let told = running.events.all.compactMap { if case .trouble(newer.name, let text) = $0 { text } else { nil } }
        #expect(Set(told).count == told.count, "each is told once")
        #expect(
            told.contains(
                #"Cannot claim jobs in "newer": the queue has schema 99, this release knows 1; use a newer queuectl"#
            )
        )
        #expect(try await contents(of: newer, shop.redis) == before)
        _ = try await shop.redis.send(.init("HSET", newer.keys.meta, "schema", "1"))
        try await waitUntil("its job has run") { try await newer.job(waiting.id)?.state == .completed }
        try await running.stop()
    }

    /// Everything that is stored of a queue, as Redis dumps it.
    private func contents(of queue: JobQueue, _ redis: RedisConnection) async throws -> [String: [UInt8]] {
        var contents: [String: [UInt8]] = [:]
        for key in try await redis.send(.init("KEYS", queue.keys.prefix + "*")).array ?? [] {
            guard let name = key.string else { continue }
            contents[name] = try await redis.send(.init("DUMP", name)).bytes
        }
        return contents
    }

    @Test func whatCannotBeSettledIsToldAndDoesNotHoldTheWorker() async throws {
        let shop = try await Workshop()
        let ids = try await shop.enqueue((0..<20).map { _ in "exit 1" })
        _ = try await shop.redis.send(.init("SET", shop.queue.keys.dlq, "x"))
        let running = try RunningWorker(shop, slots: 2, executor: nil)
        try await waitUntil("the trouble is told") {
            running.events.count { if case .trouble = $0 { true } else { false } } > 0
        }
        // It does not run through the backlog meanwhile.
        try await Task.sleep(for: .milliseconds(500))
        let begun = running.events.count { if case .started = $0 { true } else { false } }
        #expect(begun < ids.count)
        let clock = ContinuousClock()
        let took = try await clock.measure { try await running.stop() }
        #expect(took < .seconds(5))
    }

    /// The first would have to move to where the trouble is, once its document is read.
    @Test func whatCannotBeTakenInYetHoldsUpNoOther() async throws {
        let shop = try await Workshop()
        _ = try await QueueFunctions(redis: shop.redis).install()
        for (id, delay) in [("first", #","delay":3"#), ("second", "")] {
            let document = #"{"id":"\#(id)","command":"true","priority":5\#(delay)}"#
            _ = try await shop.redis.send(
                RedisCommand("FCALL", "queuectl_enqueue", "1", shop.queue.keys.incoming, document)
            )
        }
        _ = try await shop.redis.send(RedisCommand("SET", shop.queue.keys.pending(3), "x"))
        try await shop.withWorker(slots: 1) { running in
            try await shop.wait(for: try JobID("second"), .completed)
            try await waitUntil("the trouble is told") {
                running.events.all.contains {
                    if case .trouble(_, let why) = $0 { why.contains("pending:3") } else { false }
                }
            }
            #expect(try await shop.job(JobID("first")).state == .pending)
            _ = try await shop.redis.send(RedisCommand("DEL", shop.queue.keys.pending(3)))
            try await shop.wait(for: try JobID("first"), .completed)
        }
    }

    @Test func aShorterLeaseTakesNoJobFromAWorkerThatStillHasTheLongerOne() async throws {
        let shop = try await Workshop(settings: [.lease: "200s"])
        let id = try await shop.enqueue(["true"])[0]
        var request = ClaimRequest(
            worker: WorkerID(host: "old", pid: 1, random: "x"),
            number: 1,
            slots: 1,
            configuration: try await shop.configuration()
        )
        #expect(try await shop.queue.claim(request).jobs.map(\.job.id) == [id])
        try await shop.directory.set(.lease, to: "1s")
        request.worker = WorkerID(host: "new", pid: 2, random: "y")
        request.configuration = try await shop.configuration()
        let end = ContinuousClock.now + .seconds(3)
        while ContinuousClock.now < end {
            request.number += 1
            let claim = try await shop.queue.claim(request)
            #expect(claim.recovered.isEmpty && claim.jobs.isEmpty)
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(try await shop.job(id).crashCount == 0)
    }

    @Test func aCancelledTaskEndsTheWorkerInGoodOrder() async throws {
        let shop = try await Workshop()
        let id = try await shop.enqueue(["sleep 0.5; echo done"])[0]
        let running = try RunningWorker(shop, slots: 1, executor: nil)
        try await shop.wait(for: id, .processing)
        try await running.cancel()
        #expect(try await shop.job(id).state == .completed)
        #expect(try await shop.queue.log(of: id, run: 1).count == 1)
        #expect(try await shop.directory.workers().isEmpty)
    }
}
