import QueueKit
import QueueTestSupport
import RedisClient
import Synchronization
import TestSupport
import TestTraits
import Testing

@testable import QueueWorker

/// Workers find damage and repair it, with nobody's help, and invent none.
@Suite struct SweepTests {
    /// Each kind in a queue of its own, which is paused: what is put right does not run away.
    @Test func allKindsOfDamageAreRepaired() async throws {
        let shop = try await Workshop(settings: [.lease: "1s"])
        let configuration = try await shop.configuration()
        var damaged: [(damage: Damage, queue: JobQueue)] = []
        for (number, damage) in Damage.repairable.enumerated() {
            let queue = shop.directory.queue(try QueueName("damaged-\(number)"))
            try await damage.make(in: queue, redis: shop.redis, configuration: configuration)
            _ = try await queue.pause()
            damaged.append((damage, queue))
        }
        let running = try RunningWorker(shop, slots: 1, executor: nil, queues: damaged.map(\.queue.name)) {
            $0.sweepInterval = .zero
        }
        for (damage, queue) in damaged {
            try await waitUntil("\(damage) is repaired", within: .seconds(60)) {
                let report = try await queue.check(configuration: configuration)
                return report.isComplete && !report.findings.contains { $0.kind.breaksInvariant }
            }
            let status = try await queue.status(heartbeat: configuration.heartbeat)
            #expect(status.jobs.values.reduce(0, +) == damage.afterwards.values.reduce(0, +), "\(damage)")
            let told = running.events.count { if case .repaired(queue.name, _) = $0 { true } else { false } }
            #expect(told == status.totals["repaired"] ?? 0, "\(damage)")
        }
        try await running.stop()
    }

    @Test func aJobThatItsListHasLostRunsSoon() async throws {
        let shop = try await Workshop(settings: [.lease: "1s"])
        _ = try await shop.queue.pause()
        let ids = try await shop.enqueue(["true", "true"])
        try await shop.withWorker { running in
            _ = try await shop.redis.send(RedisCommand("LREM", shop.queue.keys.pending(5), "0", ids[0].text))
            try await waitUntil("the loss is told", within: .seconds(20)) {
                running.events.count {
                    if case .repaired(.default, let finding) = $0 {
                        finding.kind == .jobWithoutEntry && finding.object == ids[0].text
                    } else {
                        false
                    }
                } == 1
            }
            _ = try await shop.queue.resume()
            try await shop.wait(for: ids[0], .completed)
        }
        #expect(try await shop.counts() == [.completed: 2])
    }

    @Test(.fault(.corruptHashAmongOrphans)) func oneOfManyOrphansThatIsDamagedHoldsUpNone() async throws {
        let shop = try await Workshop()
        let configuration = try await shop.configuration()
        let ids = try await shop.enqueue((0..<1000).map { _ in "true" })
        let gone = WorkerID(host: "gone", pid: 1, random: "x")
        for number in 1...(1000 / JobQueue.batchLimit) {
            let request = ClaimRequest(
                worker: gone,
                number: Int64(number),
                slots: JobQueue.batchLimit,
                configuration: configuration
            )
            #expect(try await shop.queue.claim(request).jobs.count == JobQueue.batchLimit)
        }
        _ = try await shop.queue.pause()
        _ = try await shop.redis.send(RedisCommand("HSET", shop.queue.keys.job(ids[500]), "state", "nonsense"))
        var ended = RedisCommand("ZADD", shop.queue.keys.processing)
        let past = String(try await shop.queue.serverTime().milliseconds - 1000)
        for id in ids {
            ended.append(past)
            ended.append(id.text)
        }
        _ = try await shop.redis.send(ended)
        try await shop.withWorker { running in
            try await waitUntil("all are recovered", within: .seconds(20)) {
                try await shop.counts() == [.pending: 999]
            }
            #expect(try await shop.queue.rejected(limit: 9).map(\.raw) == [Array(ids[500].text.utf8)])
        }
    }

    /// Three workers that look through the queue all the time, in turn, while it is at work.
    @Test func nothingIsRepairedInAQueueAtWork() async throws {
        let shop = try await Workshop(settings: [.lease: "1s"])
        let executor = HandlerExecutor { job, _ in
            if job.run == 1 && job.id.text.hasSuffix("7") { throw Unexpected("fails once") }
        }
        let workers = try (0..<3).map { number in
            try RunningWorker(shop, slots: 3, executor: executor) {
                $0.id = WorkerID(host: "host-\(number)", pid: 1, random: "x")
                $0.sweepInterval = .zero
            }
        }
        let end = ContinuousClock.now + .seconds(4)
        while ContinuousClock.now < end {
            let ids = try await shop.enqueue((0..<20).map { _ in "x" }) { document in
                document.backoffBase = 1
                if document.priority == 5 { document.delay = .milliseconds(20) }
            }
            _ = try await shop.queue.cancel(Array(ids.prefix(3)))
            _ = try await shop.queue.delete(Array(ids.suffix(3)))
        }
        let swept = try await shop.redis.send(RedisCommand("HGET", shop.queue.keys.meta, "swept_at"))
        #expect(try #require(swept.int) > 0)
        for worker in workers { try await worker.stop() }
        for event in workers.flatMap(\.events.all) {
            if case .repaired(_, let finding) = event { Issue.record("\(finding)") }
        }
        #expect(try await shop.queue.status(heartbeat: .seconds(1)).totals["repaired"] == nil)
    }
}
