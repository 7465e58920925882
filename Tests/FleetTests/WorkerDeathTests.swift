import FleetSupport
import Glibc
import QueueKit
import TestSupport
import TestTraits
import Testing

@Suite(.fault(.workerKilled), .threeAtATime) struct WorkerDeathTests {
    @Test func theJobsOfAKilledWorkerEndWithItAndRunElsewhere() async throws {
        try await withFleet(settings: [.lease: "3s"]) { fleet in
            let victim = try await fleet.start(count: 8)
            let ids = try await fleet.enqueue(Array(repeating: fleet.sleepInFirstRun, count: 8))
            try await waitUntil("all run") { ids.allSatisfy { fleet.firstProcess(of: $0) != nil } }
            let other = try await fleet.start(count: 8)
            let processes = ids.compactMap { fleet.firstProcess(of: $0) }

            victim.process.kill9()
            let killedAt = ContinuousClock.now
            try await waitUntil("its jobs' processes are dead", within: .seconds(2)) {
                !processes.contains(where: ProcessTable.isAlive)
            }
            try await fleet.wait(for: 8, .completed, within: .seconds(8) - (.now - killedAt))

            for job in try await fleet.jobs(ids) {
                #expect(job.run == 2)
                #expect(job.failures == 0)
                #expect(job.crashCount == 1)
                #expect(try await fleet.queue.attempts(of: job.id).map(\.outcome) == ["completed", "crashed"])
            }
            #expect(fleet.lines("overlaps").isEmpty)
            #expect(fleet.lines("again").sorted() == ids.map(\.text).sorted())
            #expect(Set(other.events("recovered").flatMap(\.ids)) == Set(ids.map(\.text)))
        }
    }
}

extension ContinuousClock.Instant {
    static func - (left: Self, right: Self) -> Duration { right.duration(to: left) }
}
