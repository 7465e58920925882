import Glibc
import QueueKit
import TestSupport
import Testing

@Suite(.threeAtATime) struct ShutdownTests {
    @Test func jobsThatFinishInTimeAreSettledAndNothingRunsTwice() async throws {
        try await withFleet { fleet in
            let worker = try await fleet.start(count: 4)
            let other = try await fleet.start(count: 1)
            let ids = try await fleet.enqueue((0..<20).map { _ in "sleep 0.5; \(fleet.note)" })
            try await fleet.wait(for: 5, .processing)
            worker.process.signal(SIGTERM)
            #expect(try await worker.waitForExit() == 0)
            try await fleet.wait(for: 20, .completed)
            other.process.signal(SIGTERM)
            #expect(try await other.waitForExit() == 0)
            #expect(fleet.lines("ran").sorted() == ids.map(\.text).sorted())
            #expect(try await fleet.jobs(ids).allSatisfy { $0.run == 1 })
            #expect(try await fleet.queue.status(heartbeat: .seconds(10)).workers == 0)
        }
    }

    @Test func jobsThatDoNotFinishInTimeRunElsewhereAtOnce() async throws {
        try await withFleet { fleet in
            let worker = try await fleet.start(count: 4, "--shutdown-timeout", "1s")
            let ids = try await fleet.enqueue(Array(repeating: fleet.sleepInFirstRun, count: 4))
            try await waitUntil("they run") { ids.allSatisfy { fleet.firstProcess(of: $0) != nil } }
            try await fleet.start(count: 4)
            worker.process.signal(SIGTERM)
            try await worker.waitForLog("stopping_jobs")
            try await fleet.wait(for: 4, .completed, within: .seconds(1))
            #expect(try await worker.waitForExit(within: .seconds(1)) == 0)
            try await expectReleased(ids, fleet)
        }
    }

    @Test func aSecondSignalStopsTheJobsAtOnce() async throws {
        try await withFleet { fleet in
            let worker = try await fleet.start(count: 4)
            let ids = try await fleet.enqueue(Array(repeating: fleet.sleepInFirstRun, count: 4))
            try await waitUntil("they run") { ids.allSatisfy { fleet.firstProcess(of: $0) != nil } }
            try await fleet.start(count: 4)
            worker.process.signal(SIGTERM)
            try await worker.waitForLog("stopping")
            #expect(worker.process.isRunning)
            worker.process.signal(SIGTERM)
            #expect(try await worker.waitForExit(within: .seconds(1)) == 0)
            try await fleet.wait(for: 4, .completed, within: .seconds(1))
            try await expectReleased(ids, fleet)
        }
    }

    @Test(arguments: ["busy", "idle", "never connected"])
    func aWorkerEndsInTimeWithoutRedis(state: String) async throws {
        try await withFleet(.init(appendOnly: true), settings: [.lease: "6s"]) { fleet in
            if state == "never connected" { fleet.server.kill9() }
            let worker = try fleet.launch(count: 2, ["--shutdown-timeout", "1s"])
            if state == "never connected" {
                try await worker.waitForLog("outage")
            } else {
                try await worker.waitForLog("ready")
            }
            if state == "busy" {
                let id = try await fleet.enqueue([fleet.sleepInFirstRun])[0]
                try await waitUntil("it runs") { fleet.firstProcess(of: id) != nil }
            }
            fleet.server.kill9()
            worker.process.signal(SIGTERM)
            let began = ContinuousClock.now
            _ = try await worker.waitForExit(within: .seconds(4))
            print("\(state), without Redis: ended after \(ContinuousClock.now - began)")
            if state != "busy" { return }

            // The job was left to its lease.
            try fleet.server.restart()
            try await fleet.start()
            try await fleet.wait(for: 1, .completed, within: .seconds(15))
        }
    }

    private func expectReleased(_ ids: [JobID], _ fleet: Fleet) async throws {
        for job in try await fleet.jobs(ids) {
            #expect(job.run == 2)
            #expect(job.failures == 0)
            #expect(job.crashCount == 0)
        }
        #expect(fleet.lines("overlaps").isEmpty)
    }
}
