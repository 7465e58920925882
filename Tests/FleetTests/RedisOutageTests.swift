import FleetSupport
import QueueKit
import RedisClient
import TestSupport
import TestTraits
import Testing

@Suite(.fault(.redisAwayWhileJobsRun), .threeAtATime) struct RedisOutageTests {
    @Test func aRedisThatIsKilledThreeTimesCostsNoJobARun() async throws {
        try await withFleet(.init(appendOnly: true)) { fleet in
            let workers = try await fleet.start(4, count: 13)
            for outage in 1...3 {
                let done = (outage - 1) * 51
                let ids = try await fleet.enqueue(Array(repeating: "sleep 2; \(fleet.note)", count: 50))
                try await fleet.wait(for: 50, .processing)
                fleet.server.kill9()
                // Every worker notices: its heart beats within ten seconds, but its feed at once.
                try await Task.sleep(for: .seconds(3))
                try fleet.server.restart()
                let backAt = ContinuousClock.now
                try await fleet.enqueue([fleet.note])
                try await fleet.wait(for: done + 51, .completed, within: .seconds(5))
                print("outage \(outage): all done \(ContinuousClock.now - backAt) after Redis was back")
                for job in try await fleet.jobs(ids) {
                    #expect(job.run == 1)
                    #expect(job.crashCount == 0)
                }
            }
            let ran = fleet.lines("ran")
            #expect(ran.count == 153)
            #expect(Set(ran).count == 153)
            for worker in workers {
                #expect(worker.events("outage").count <= 3)
                #expect(worker.events("trouble").compactMap(\.error) == [])
                #expect(worker.process.isRunning)
            }
        }
    }

    /// The shortest outage that ends leases: they were renewed almost a heartbeat before it.
    @Test func anOutageThatEndsAsTheLeasesDoBlamesNoJob() async throws {
        try await withFleet(.init(appendOnly: true), settings: [.lease: "6s"]) { fleet in
            _ = try await fleet.start(1, count: 8)
            let ids = try await fleet.enqueue(Array(repeating: fleet.sleepInFirstRun, count: 7))
            try await waitUntil("all run") { ids.allSatisfy { fleet.firstProcess(of: $0) != nil } }
            try await waitUntil("the leases last for less than 4.3 s") {
                let command = RedisCommand("ZRANGE", fleet.queue.keys.processing, "0", "0", "WITHSCORES")
                let first = try await fleet.redis.send(command).array?.last?.string
                return try await (first.flatMap { Int64($0) } ?? 0) - fleet.queue.serverTime().milliseconds < 4300
            }
            // As if somebody had just looked for leases that have ended.
            let now = try await fleet.queue.serverTime().milliseconds
            _ = try await fleet.redis.send(RedisCommand("HSET", fleet.queue.keys.meta, "reaped_at", String(now)))
            fleet.server.kill9()
            // Time itself is the subject.
            try await Task.sleep(for: .seconds(4.4))
            try fleet.server.restart()
            // Most likely before the worker is heard.
            #expect(try await fleet.claimNothing().recovered == [])
            try await fleet.wait(for: 7, .completed, within: .seconds(15))
            let jobs = try await fleet.jobs(ids)
            #expect(jobs.map(\.crashCount).max() == 0, "\(jobs.map(\.crashCount))")
            #expect(fleet.lines("overlaps").isEmpty)
        }
    }

    enum Outage: CaseIterable {
        case frozen, killed
        /// Redis itself is busy, with a command that takes long.
        case asleep
    }

    @Test(arguments: Outage.allCases)
    func anOutageLongerThanALeaseBlamesNoJob(_ outage: Outage) async throws {
        try await withFleet(.init(appendOnly: true), settings: [.lease: "3s"]) { fleet in
            let workers = try await fleet.start(4, count: 13)
            let ids = try await fleet.enqueue(Array(repeating: fleet.sleepInFirstRun, count: 50))
            try await waitUntil("all run", within: .seconds(30)) {
                ids.allSatisfy { fleet.firstProcess(of: $0) != nil }
            }
            let processes = ids.compactMap { fleet.firstProcess(of: $0) }

            let began = ContinuousClock.now
            switch outage {
            case .frozen: fleet.server.freeze()
            case .killed: fleet.server.kill9()
            case .asleep: fleet.putRedisToSleep(seconds: 5)
            }
            try await waitUntil("all are stopped before their leases end", within: .seconds(3)) {
                !processes.contains(where: ProcessTable.isAlive)
            }
            // Longer than a lease.
            try await Task.sleep(for: .seconds(5) - (.now - began))
            switch outage {
            case .frozen: fleet.server.thaw()
            case .killed: try fleet.server.restart()
            case .asleep: break
            }
            let backAt = ContinuousClock.now
            try await fleet.enqueue([fleet.note])
            try await waitUntil("work goes on", within: .seconds(5)) { !fleet.lines("ran").isEmpty }
            try await fleet.wait(for: 51, .completed, within: .seconds(15))
            print("\(outage): all done \(ContinuousClock.now - backAt) after Redis was back")

            let jobs = try await fleet.jobs(ids)
            #expect(jobs.map(\.crashCount).max() == 0, "\(jobs.map(\.crashCount))")
            #expect(jobs.map(\.failures).max() == 0)
            #expect(fleet.lines("again").count == 50)
            #expect(fleet.lines("overlaps").isEmpty)
            for worker in workers {
                try await worker.waitForLog("restored", within: .seconds(5))
                #expect(worker.events("outage").count == 1)
                let restored = worker.events("restored")
                // It counts from when it noticed, which a silent Redis puts off until an answer is overdue.
                #expect(restored.count == 1 && 0.5...9 ~= restored[0].after ?? 0, "\(restored)")
                #expect(worker.process.isRunning)
            }
        }
    }
}
