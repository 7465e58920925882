import FleetSupport
import QueueKit
import RedisClient
import TestSupport
import TestTraits
import Testing

/// Times of day that are wrong. Only Redis' counts, and no host's.
@Suite(.fault(.clockWrong), .threeAtATime) struct ClockTests {
    enum Host: String, CaseIterable {
        case ahead = "+1h"
        case behind = "-1h"
        case stepping = "+0"
    }

    @Test(arguments: Host.allCases)
    func aHostWithAWrongClockRunsNothingEarlyOrLateAndStealsNoLease(_ host: Host) async throws {
        try await withFleet(settings: [.lease: "3s"]) { fleet in
            let clock = try FakeClock(host.rawValue)
            let books = try TotalQueue(folder: fleet.folder.path)
            let right = try await fleet.start(count: 4)
            let wrong = try await fleet.start(count: 4, under: clock.wrapper)
            let long = try await fleet.enqueue(Array(repeating: books.recorded("sleep 10"), count: 6))
            let delayed = try await fleet.enqueue([books.recorded(), books.recorded()]) { $1.delay = .seconds(3) }
            let endless = try await fleet.enqueue(["sleep 300"]) { _, job in
                job.timeout = .seconds(2)
                job.maxRetries = 0
            }
            books.acknowledge(long + delayed)
            try await waitUntil("they run") { books.runs().runs.count >= 6 }
            if host == .stepping {
                for offset in ["-1h", "+2h", "-1h", "+0"] {
                    try clock.set(offset)
                    try await Task.sleep(for: .seconds(1.5))
                }
            }
            try await fleet.wait(for: 8, .completed, within: .seconds(30))
            try await fleet.wait(for: 1, .dead)
            #expect(try await fleet.jobs(long).allSatisfy { $0.run == 1 && $0.crashCount == 0 })
            for job in try await fleet.jobs(delayed) {
                let waited = (job.startedAt?.milliseconds ?? 0) - (job.createdAt?.milliseconds ?? 0)
                #expect(3000..<9000 ~= waited, "it began after \(waited) ms")
            }
            let stopped = try await fleet.jobs(endless)[0]
            let took = (stopped.finishedAt?.milliseconds ?? 0) - (stopped.startedAt?.milliseconds ?? 0)
            #expect(stopped.reason == "timeout" && 2000..<6000 ~= took, "it was stopped after \(took) ms")
            for worker in [right, wrong] {
                #expect(worker.events("fenced").isEmpty && worker.events("recovered").isEmpty)
            }
            let report = try await fleet.requireBalance(of: books, expecting: ["clock_offset"])
            #expect(report.duplicates.isEmpty)
        }
    }

    /// Back by an hour, and later forward again, while jobs run.
    @Test func redisWhoseClockIsSetKeepsLeasesAndStillRecovers() async throws {
        let clock = try FakeClock("+0")
        try await withFleet(.init(under: clock.wrapper), settings: [.lease: "3s"]) { fleet in
            let books = try TotalQueue(folder: fleet.folder.path)
            // With a single slot, so that it has none for the jobs of the other.
            let victim = try await fleet.start(count: 1)
            let go = "\(fleet.folder.path)/go"
            let command = books.recorded("until [ -e \(go) ]; do sleep 0.1; done")
            let victims = try await fleet.enqueue([command])
            try await waitUntil("the victim is busy") { books.runs().runs.count == 1 }
            let other = try await fleet.start(count: 8)
            let others = try await fleet.enqueue(Array(repeating: command, count: 4))
            books.acknowledge(victims + others)
            try await waitUntil("all run") { books.runs().runs.count == 5 }

            try clock.set("-1h")
            // Time itself is the subject: two leases.
            try await Task.sleep(for: .seconds(6))
            #expect(try await fleet.jobs(victims + others).allSatisfy { $0.run == 1 && $0.state == .processing })

            let killedAt = MachineTime.now()
            victim.process.kill9()
            books.note(Disturbance("worker killed", workers: [victim.pid], from: killedAt))
            try await waitUntil("its job runs again", within: .seconds(12)) {
                let runs = books.runs().runs
                return victims.allSatisfy { runs[$0]?.count == 2 }
            }
            print("recovered \(MachineTime.now() - killedAt) after the worker was killed, under a clock set back")

            try clock.set("+0")
            try await Task.sleep(for: .seconds(6))
            #expect(try await fleet.jobs(others).allSatisfy { $0.run == 1 && $0.state == .processing })
            try makeFile(go)
            try await fleet.wait(for: 5, .completed)
            // What is asked for now is due by the clock as it is now.
            let delayed = try await fleet.enqueue([books.recorded()]) { $1.delay = .seconds(2) }
            books.acknowledge(delayed)
            try await fleet.wait(for: 6, .completed, within: .seconds(8))
            #expect(other.events("fenced").isEmpty)
            let report = try await fleet.requireBalance(of: books, expecting: ["clock_offset"])
            #expect(report.duplicates.count == 1)
        }
    }
}
