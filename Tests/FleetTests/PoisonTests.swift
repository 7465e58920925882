import FleetSupport
import Glibc
import QueueKit
import TestSupport
import TestTraits
import Testing

@Suite(.fault(.poisonousJob), .threeAtATime) struct PoisonTests {
    @Test func aJobThatKillsItsWorkersDiesAtTheThirdAndItsNeighboursComplete() async throws {
        try await withFleet(settings: [.lease: "3s"]) { fleet in
            let killWorker = "w=${QUEUECTL_WORKER_ID%-*}; sleep 0.2; kill -9 ${w##*-}; sleep 3600"
            let neighbours = try await fleet.enqueue((0..<5).map { _ in "sleep 1; \(fleet.note)" })
            let poison = try await fleet.enqueue([killWorker])[0]
            var killed = 0
            var worker = try await fleet.start(count: 6)
            try await waitUntil("all but the poison complete", within: .seconds(60)) {
                if !worker.process.isRunning {
                    killed += 1
                    worker = try await fleet.start(count: 6)
                }
                return try await fleet.counts() == [.completed: 5, .dead: 1]
            }
            #expect(killed == 3)
            let job = try await fleet.job(poison)
            #expect(job.reason == "poison")
            #expect(job.crashCount == 3)
            #expect(job.failures == 0)
            for neighbour in try await fleet.jobs(neighbours) {
                #expect(neighbour.crashCount <= 2)
                #expect(neighbour.failures == 0)
            }
        }
    }
}
