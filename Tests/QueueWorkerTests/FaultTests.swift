import Glibc
import QueueKit
import RedisClient
import TestSupport
import TestTraits
import Testing

@testable import QueueWorker

@Suite struct FaultTests {
    @Test(.fault(.redisAwayWhileJobsRun)) func redisMayDieAndComeBackWhileJobsRun() async throws {
        let server = try RedisServer(.init(appendOnly: true, configuration: ["appendfsync always"]))
        let shop = try await Workshop(server: server)
        let ids = try await shop.enqueue((0..<20).map { _ in "sleep 0.5" })
        try await shop.withWorker(slots: 10) { running in
            try await shop.wait(for: ids[5], .processing)
            server.kill9()
            try await Task.sleep(for: .seconds(1))
            try server.restart()
            for id in ids { try await shop.wait(for: id, .completed, within: .seconds(15)) }
            #expect(running.events.count { if case .stale = $0 { true } else { false } } == 0)
        }
        for id in ids {
            let job = try await shop.job(id)
            #expect(job.run == 1)
            #expect(job.crashCount == 0)
        }
        #expect(try await shop.counts() == [.completed: 20])
    }

    @Test(.fault(.redisAwayWhileJobsRun)) func stopsItsJobsBeforeALeaseCanEnd() async throws {
        let server = try RedisServer()
        let shop = try await Workshop(server: server, settings: [.lease: "2s"])
        let folder = try TemporaryFolder()
        let id = try await shop.enqueue(["echo $$ >> \(folder.path)/pid; exec sleep 300"])[0]
        let running = try RunningWorker(shop, slots: 1, executor: nil)
        try await waitUntil("the job runs") { !readLines("\(folder.path)/pid").isEmpty }
        // The lease was renewed after this at the latest one heartbeat ago.
        server.freeze()
        let frozenAt = ContinuousClock.now
        let pid = try #require(pid_t(readLines("\(folder.path)/pid")[0]))
        try await waitUntil("the process is gone", within: .seconds(3)) { !isAlive(pid) }
        #expect(ContinuousClock.now - frozenAt < .seconds(2.2))
        server.thaw()
        // It runs again, here or elsewhere, and nobody is to blame.
        try await waitUntil("it runs again", within: .seconds(10)) { readLines("\(folder.path)/pid").count == 2 }
        let job = try await shop.job(id)
        #expect(job.failures == 0)
        #expect(job.crashCount == 0)
        try await running.stop(.now)
    }

    @Test(.fault(.workerKilled)) func recoversTheJobsOfAWorkerThatIsGone() async throws {
        let shop = try await Workshop(settings: [.lease: "1s"])
        let id = try await shop.enqueue(["true"])[0]
        // A worker that claims and is never heard of again.
        let claim = try await shop.queue.claim(
            ClaimRequest(
                worker: WorkerID(host: "gone", pid: 1, random: "x"),
                number: 1,
                slots: 1,
                configuration: try await shop.configuration()
            )
        )
        #expect(claim.jobs.count == 1)
        let job = try await shop.withWorker { _ in try await shop.wait(for: id, .completed, within: .seconds(8)) }
        #expect(job.crashCount == 1)
        #expect(job.failures == 0)
        #expect(try await shop.queue.attempts(of: id).map(\.outcome) == ["completed", "crashed"])
    }

    @Test(.fault(.redisAbsentAtTheStart)) func waitsForARedisThatIsNotThereYet() async throws {
        let server = try RedisServer(.init(appendOnly: true, configuration: ["appendfsync always"]))
        let shop = try await Workshop(server: server)
        let id = try await shop.enqueue(["true"])[0]
        server.kill9()
        let running = try RunningWorker(shop, slots: 1, executor: nil)
        try await waitUntil("the outage is told") {
            running.events.count { if case .outage = $0 { true } else { false } } == 1
        }
        try server.restart()
        try await shop.wait(for: id, .completed, within: .seconds(6))
        try await running.stop()
        #expect(running.events.count { if case .outage = $0 { true } else { false } } == 1)
    }

    @Test(.fault(.shutdown)) func endsInTimeWhenRedisIsAway() async throws {
        let server = try RedisServer()
        let shop = try await Workshop(server: server)
        let id = try await shop.enqueue(["sleep 300"])[0]
        let running = try RunningWorker(shop, slots: 1, executor: nil)
        try await shop.wait(for: id, .processing)
        server.kill9()
        let began = ContinuousClock.now
        try await running.stop(.now)
        #expect(ContinuousClock.now - began < .seconds(8))
    }
}
