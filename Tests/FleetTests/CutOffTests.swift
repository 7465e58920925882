import FleetSupport
import QueueKit
import RedisClient
import TestSupport
import TestTraits
import Testing

/// A worker that is cut off from a Redis that is well, for longer than a lease.
@Suite(.fault(.workerCutOff), .threeAtATime) struct CutOffTests {
    enum Cut: CaseIterable {
        case silence, refusal
    }

    @Test(arguments: Cut.allCases)
    func aWorkerThatIsCutOffLetsGoInTimeAndComesBackByItself(_ cut: Cut) async throws {
        try await withFleet(settings: [.lease: "4s"]) { fleet in
            let proxy = try TCPProxy(to: fleet.server, tcp: true)
            let worker = try await fleet.start(redis: proxy.configuration)
            let id = try await fleet.enqueue([fleet.sleepInFirstRun])[0]
            try await waitUntil("it runs") { fleet.firstProcess(of: id) != nil }
            let process = try #require(fleet.firstProcess(of: id))

            cut == .silence ? proxy.freeze() : proxy.refuse()
            let cutAt = ContinuousClock.now
            try await waitUntil("its process is dead", within: .seconds(4)) { !ProcessTable.isAlive(process) }
            let now = try await fleet.queue.serverTime().milliseconds
            let score = try await fleet.redis.send(RedisCommand("ZSCORE", fleet.queue.keys.processing, id.text)).string
            let deadline = try #require(score.flatMap { Double($0) })
            #expect(Double(now) < deadline, "the lease had ended before the process was dead")

            // Another worker has it, after the lease and not before.
            let other = try await fleet.start()
            try await fleet.wait(for: 1, .completed, within: .seconds(9))
            #expect(fleet.lines("overlaps").isEmpty)
            #expect(try await fleet.job(id).run == 2)
            other.process.kill9()

            try await Task.sleep(for: .seconds(8) - (.now - cutAt))
            if cut == .silence { proxy.resume() } else { try proxy.accept() }
            try await fleet.enqueue([fleet.note])
            try await fleet.wait(for: 2, .completed, within: .seconds(5))
            #expect(worker.events("outage").count == 1)
            #expect(worker.events("restored").count == 1)
            #expect(try await fleet.job(id).state == .completed)
        }
    }
}
