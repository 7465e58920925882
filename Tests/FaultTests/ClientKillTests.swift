import FleetSupport
import TestTraits
import Testing

/// Connections that Redis ends, again and again.
@Suite(.fault(.connectionsKilled), .threeAtATime) struct ClientKillTests {
    @Test func aThousandEndedConnectionsLeaveNothingBehind() async throws {
        try await withFleet { fleet in
            let worker = try await fleet.start(count: 4)
            let report = try await fleet.storm(over: worker, kills: 1000)
            print(
                """
                1,000 kills: \(report.jobs) jobs; descriptors \(report.before.descriptors) before, \
                \(report.after.descriptors) after; KiB \(report.before.residentKiB), \(report.after.residentKiB)
                """
            )
            #expect(report.after.residentKiB < report.before.residentKiB + 4096)
            let ran = fleet.lines("ran")
            #expect(ran.count == report.jobs && Set(ran).count == report.jobs)
        }
    }
}
