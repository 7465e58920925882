import FleetSupport
import Foundation
import Glibc
import QueueKit
import TestSupport
import TestTraits
import Testing

/// A worker that is stopped as by SIGSTOP for longer than its leases last.
@Suite(.fault(.workerFrozen), .threeAtATime) struct FrozenWorkerTests {
    @Test func aThawedWorkerKillsItsOldRunWhichDoesNotCount() async throws {
        try await withFleet(settings: [.lease: "3s"]) { fleet in
            let frozen = try await fleet.start()
            let go = "\(fleet.folder.path)/go"
            let waitInSecondRun = "\nwhile [ ! -e \(go) ]; do sleep 0.05; done"
            let id = try await fleet.enqueue([fleet.sleepInFirstRun + waitInSecondRun])[0]
            try await waitUntil("it runs") { fleet.firstProcess(of: id) != nil }
            let process = try #require(fleet.firstProcess(of: id))
            let other = try await fleet.start()

            frozen.process.signal(SIGSTOP)
            let frozenAt = ContinuousClock.now
            try await waitUntil("it runs again", within: .seconds(8)) { fleet.lines("again") == [id.text] }
            #expect(other.events("recovered").flatMap(\.ids) == [id.text])
            // Time itself is the subject: two leases.
            try await Task.sleep(for: .seconds(6) - (.now - frozenAt))
            frozen.process.signal(SIGCONT)
            try await waitUntil("the old process is dead", within: .seconds(1)) { !ProcessTable.isAlive(process) }
            try await frozen.waitForLog("stale")

            // The new run, which still runs, has nothing to do with it.
            #expect(try await fleet.job(id).state == .processing)
            _ = FileManager.default.createFile(atPath: go, contents: nil)
            try await fleet.wait(for: 1, .completed)

            let job = try await fleet.job(id)
            #expect(job.exitCode == 0)
            #expect(job.run == 2)
            #expect(job.failures == 0)
            #expect(job.crashCount == 1)
            #expect(try await fleet.counts() == [.completed: 1])
            #expect(try await fleet.queue.status(heartbeat: .seconds(1)).totals["stale_settles"] == 1)

            // It goes on by itself, alone.
            other.process.signal(SIGTERM)
            #expect(try await other.waitForExit() == 0)
            try await fleet.enqueue([fleet.note])
            try await fleet.wait(for: 2, .completed, within: .seconds(5))
        }
    }

    @Test func aPushThatAFrozenWorkerReceivedRunsElsewhere() async throws {
        try await withFleet(settings: [.lease: "3s"]) { fleet in
            let frozen = try await fleet.start()
            try await fleet.waitUntilIdle()
            frozen.process.signal(SIGSTOP)
            let frozenAt = ContinuousClock.now
            // Redis gives this to the one that is blocked, though it cannot hear.
            try await fleet.push(#"{"id":"pushed","command":"\#(fleet.note)"}"#)
            try await fleet.start()
            try await fleet.wait(for: 1, .completed, within: .seconds(6))
            let job = try await fleet.job(JobID("pushed"))
            #expect(job.run == 1)
            #expect(job.crashCount == 0)

            try await Task.sleep(for: .seconds(6) - (.now - frozenAt))
            frozen.process.signal(SIGCONT)
            try await fleet.waitUntilIdle(2)
            #expect(fleet.lines("ran") == ["pushed"])
            #expect(try await fleet.counts() == [.completed: 1])
        }
    }
}
