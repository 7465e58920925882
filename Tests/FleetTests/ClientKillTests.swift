import FleetSupport
import TestTraits
import Testing

/// Connections that Redis ends, again and again.
@Suite(.fault(.connectionsKilled), .threeAtATime) struct ClientKillTests {
    @Test func endedConnectionsLeaveNothingBehind() async throws {
        try await withFleet { fleet in
            let worker = try await fleet.start(count: 4)
            let report = try await fleet.storm(over: worker, kills: 200)
            #expect(report.after.residentKiB < report.before.residentKiB + 4096)
            let ran = fleet.lines("ran")
            #expect(ran.count == report.jobs && Set(ran).count == report.jobs)
        }
    }
}
