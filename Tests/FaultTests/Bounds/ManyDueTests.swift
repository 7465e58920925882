import FleetSupport
import QueueKit
import RedisClient
import TestSupport
import TestTraits
import Testing

/// Many jobs whose time comes at once.
@Suite(.fault(.manyJobsDueAtOnce), .serialized) struct ManyDueTests {
    @Test func aHundredThousandDueInOneSecondComeInBoundedSteps() async throws {
        try await withFleet { fleet in
            let jobs = 100_000
            for _ in 0..<2 { try await fleet.start(count: 4) }
            try await QueueFill(fleet.redis, prefix: fleet.queue.keys.prefix).scheduled(jobs, in: 10_000, spread: 1000)
            #expect(try await fleet.counts() == [.scheduled: jobs])
            try await fleet.startSlowLog()
            try await waitUntil("the first is due", within: .seconds(60)) {
                try await fleet.counts()[.scheduled] ?? 0 < jobs
            }
            let began = ContinuousClock.now
            var done: [Int] = []  // completed, after each half a second
            while let left = try await fleet.counts()[.scheduled], left > 0 {
                try await Task.sleep(for: .milliseconds(500))  // time itself is the subject
                done.append(try await fleet.counts()[.completed] ?? 0)
                guard ContinuousClock.now - began < .seconds(180) else { throw Unexpected("\(left) are left") }
            }
            print("all were claimable after \(ContinuousClock.now - began); completed meanwhile: \(done)")
            // Busy throughout: in no half second did nothing complete.
            #expect(zip(done, done.dropFirst()).allSatisfy { $0 < $1 })
            try await fleet.checkSlowLog()
            let errors = try await fleet.redis.send(RedisCommand("INFO", "errorstats")).string ?? ""
            #expect(!errors.contains("BUSY"))
            try await expectOrder(fleet)
        }
    }

    /// What waits stands in the order in which it became due.
    private func expectOrder(_ fleet: Fleet) async throws {
        _ = try await fleet.queue.pause()
        var last = 0
        var count = 0
        for first in stride(from: 0, to: 100_000, by: 1000) {
            let page = RedisCommand("LRANGE", fleet.queue.keys.pending(5), String(first), String(first + 999))
            for id in try await fleet.redis.send(page).array ?? [] {
                // Their times are whole milliseconds, a hundred jobs each.
                let due = (Int(id.string?.dropFirst() ?? "") ?? -1) / 100
                #expect(due >= last)
                (last, count) = (due, count + 1)
            }
        }
        #expect(count > 0)
    }

    @Test func retriesOfJobsThatFailTogetherAreSpread() async throws {
        try await withFleet { fleet in
            let jobs = 10_000
            let wait: Int64 = 100_000
            let ids = try await fleet.enqueue(Array(repeating: "exit 1", count: jobs)) { _, document in
                document.backoffBase = 100
            }
            try await fleet.startSlowLog()
            for _ in 0..<2 { try await fleet.start(count: 8) }
            try await waitUntil("all have failed", within: .seconds(90)) {
                let counts = try await fleet.counts()
                return counts[.pending] ?? 0 == 0 && counts[.processing] ?? 0 == 0
            }
            try await fleet.checkSlowLog()
            let failed = try await fleet.jobs(ids).filter { $0.state == .failed && $0.failures == 1 }
            #expect(failed.count == jobs)
            var seconds: [Int64: Int] = [:]
            for job in failed {
                guard let due = job.nextRunAt, let end = job.finishedAt else { throw Unexpected("\(job.id)") }
                let jitter = due.milliseconds - end.milliseconds - wait
                // Up to a tenth of the wait, and no more.
                #expect((0...wait / 10).contains(jitter))
                seconds[jitter / 1000, default: 0] += 1
            }
            let due = Set(failed.compactMap { $0.nextRunAt.map { $0.milliseconds / 1000 } })
            print(
                "\(jobs) that failed together are due in \(due.count) seconds; jitter by second:",
                seconds.sorted { $0.key < $1.key }
            )
            // Evenly over ten seconds: a thousand in each, give or take what chance does.
            #expect((0..<10).allSatisfy { (800...1200).contains(seconds[$0] ?? 0) })
        }
    }
}
