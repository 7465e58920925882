import FleetSupport
import QueueKit
import RedisClient
import TestSupport
import TestTraits
import Testing

/// Fifty worker processes with one slot each.
@Suite(.threeAtATime) struct CrowdTests {
    private static let workers = 50

    @Test func aPushToAnIdleCrowdStartsAtOnceAndABurstKeepsAllBusy() async throws {
        try await withFleet { fleet in
            let all = try await fleet.start(Self.workers, count: 1)
            try await fleet.waitUntilIdle(Self.workers)
            let bytes = all.map { ProcessTable.ownBytes(of: $0.pid) }.reduce(0, +) / all.count
            print("\(bytes >> 10) KiB of its own per idle worker")

            var delays: [Int64] = []
            for number in 0..<5 {
                let pushedAt = try await fleet.queue.serverTime()
                try await fleet.push(#"{"id":"one-\#(number)","command":"true"}"#)
                try await fleet.wait(for: number + 1, .completed)
                let startedAt = try #require(try await fleet.job(JobID("one-\(number)")).startedAt)
                delays.append(startedAt.milliseconds - pushedAt.milliseconds)
                try await fleet.waitUntilIdle(Self.workers)
            }
            print("milliseconds from push to claim: \(delays)")
            // The median: a worker that had to find out by itself would need seconds every time.
            #expect(delays.sorted()[2] < 200)

            let jobs = 500
            let requests = try await ClientRequests(fleet)
            let began = ContinuousClock.now
            for number in 0..<jobs { try await fleet.push(#"{"id":"many-\#(number)","command":"sleep 0.3"}"#) }
            try await fleet.wait(for: jobs + 5, .completed, within: .seconds(60))
            let took = ContinuousClock.now - began
            let perJob = Double(requests.total) / Double(jobs)
            print(
                "\(jobs) jobs of 0.3 s on \(Self.workers) slots took \(took), \(perJob) requests each: \(requests.counts())"
            )
            // Ideally three seconds. A worker that sleeps while work waits loses three each time.
            #expect(took < .seconds(15))
            #expect(perJob < 12)
            let shares = all.map { $0.events("finished").count }
            #expect((shares.min() ?? 0) >= 3, "jobs per worker: \(shares)")
        }
    }

    @Test func oneBatchWakesAsManyAsItHasJobs() async throws {
        try await withFleet { fleet in
            _ = try await fleet.start(Self.workers, count: 1)
            try await fleet.waitUntilIdle(Self.workers)
            let ids = try await fleet.enqueue(Array(repeating: "sleep 2", count: Self.workers))
            try await fleet.wait(for: Self.workers, .completed)
            let waits = try await fleet.jobs(ids).map { job in
                (job.startedAt?.milliseconds ?? 0) - (job.createdAt?.milliseconds ?? 0)
            }
            print("milliseconds until a batch of \(Self.workers) ran: \(waits.max() ?? 0)")
            // Those that are not woken look for work after three seconds.
            #expect((waits.max() ?? 0) < 1500)
            #expect(waits.min() ?? -1 >= 0)
        }
    }

    @Test func aPausedQueueTakesInWithoutRunningOrSpinning() async throws {
        try await withFleet { fleet in
            _ = try await fleet.queue.pause()
            _ = try await fleet.start(Self.workers, count: 1)
            try await fleet.waitUntilIdle(Self.workers)
            let requests = try await ClientRequests(fleet)
            for _ in 0..<200 { try await fleet.push(#"{"command":"\#(fleet.note)"}"#) }
            try await fleet.wait(for: 200, .pending)
            try await fleet.waitUntilIdle(Self.workers)
            let perPush = Double(requests.total) / 200
            print("paused: \(perPush) requests per push, \(requests.counts())")
            #expect(perPush < 12)
            #expect(try await fleet.redis.send(RedisCommand("LLEN", fleet.queue.keys.incoming)).int == 0)
            #expect(fleet.lines("ran").isEmpty)

            _ = try await fleet.queue.resume()
            try await fleet.wait(for: 200, .completed)
            #expect(fleet.lines("ran").count == 200)
        }
    }

    @Test(.fault(.redisOutOfMemory)) func aFullRedisIsWaitedForWithoutSpinning() async throws {
        try await withFleet { fleet in
            let all = try await fleet.start(10, count: 1)
            try await fleet.waitUntilIdle(10)
            _ = try await fleet.redis.send(RedisCommand("CONFIG", "SET", "maxmemory", "100kb"))
            let requests = try await ClientRequests(fleet)
            // Time itself is the subject.
            try await Task.sleep(for: .seconds(5))
            let refused = try await refusedWaits(fleet)
            let perSecond = Double(requests.total + refused) / 50
            print("out of memory: \(perSecond) requests a second and worker, \(refused) refused, \(requests.counts())")
            #expect(refused > 0)
            #expect(perSecond < 4)
            for worker in all { #expect(worker.events("trouble").count <= 1) }

            _ = try await fleet.redis.send(RedisCommand("CONFIG", "SET", "maxmemory", "0"))
            try await fleet.push(#"{"command":"\#(fleet.note)"}"#)
            try await fleet.wait(for: 1, .completed, within: .seconds(5))
        }
    }

    /// MONITOR does not tell of commands that are refused.
    private func refusedWaits(_ fleet: Fleet) async throws -> Int {
        let info = try await fleet.redis.send(RedisCommand("INFO", "commandstats")).string ?? ""
        let line = info.split(separator: "\r\n").first { $0.hasPrefix("cmdstat_blmove:") } ?? ""
        let count = line.split(separator: ",").first { $0.hasPrefix("rejected_calls=") }?.split(separator: "=").last
        return count.flatMap { Int($0) } ?? 0
    }
}
