import FleetSupport
import QueueKit
import RedisClient
import TestTraits
import Testing

/// `doctor` while real workers are at work.
@Suite(.threeAtATime) struct BusyFleetTests {
    @Test func nothingIsWrongWhileWorkersWork() async throws {
        try await withFleet { fleet in
            _ = try await fleet.start(2, count: 4)
            let commands = (0..<600).map { $0.isMultiple(of: 5) ? "exit 1" : "true" }
            let ids = try await fleet.enqueue(commands) { at, document in
                document.maxRetries = at % 3
                document.backoffCap = .milliseconds(100)
                document.priority = at % 11
            }
            var looks = 0
            var over = 0
            while over < ids.count {
                let report = try await fleet.queue.check(configuration: fleet.configuration)
                #expect(report.isComplete)
                for finding in report.findings where finding.kind.breaksInvariant { Issue.record("\(finding)") }
                looks += 1
                let counts = try await fleet.counts()
                over = (counts[.completed] ?? 0) + (counts[.dead] ?? 0)
            }
            #expect(looks > 3)
            #expect(try await fleet.run("doctor", "--queue", "default") <= 1)
        }
    }
}
