import FleetSupport
import QueueKit
import TestSupport
import TestTraits
import Testing

/// A machine on which nothing can be started any more.
@Suite(.fault(.machineExhausted), .alone) struct ExhaustionTests {
    /// Root is not bound by the limit, so root becomes somebody else, who has no processes yet.
    @Test func aMachineWithoutProcessesUsesNoRetry() async throws {
        try Needs.root(to: "become a user who may have few processes")
        try await withFleet(.init(tcp: true)) { fleet in
            let user = 100_000 + Int.random(in: 0..<1_000_000)
            // The worker's own threads, its guardian and a minder for each slot come to 40; ten jobs fit in beside them.
            let become = ["setpriv", "--reuid", "\(user)", "--clear-groups", "prlimit", "--nproc=50"]
            let worker = try await fleet.start(count: 30, redis: fleet.server.tcpConfiguration(), under: become)
            try await fleet.expectExhaustion(of: worker)
        }
    }
}
