import FleetSupport
import Foundation
import TestSupport
import TestTraits
import Testing

/// A short soak. `make soak MINUTES=10` runs long ones, with other seeds.
@Suite(.fault(.everythingAtOnce), .alone) struct SoakTests {
    @Test func halfAMinuteOfRandomFaultsLosesNothing() async throws {
        let folder = try TemporaryFolder()
        let output = "\(folder.path)/soak"
        let soak = try ChildProcess(
            [Fleet.tool("soak"), "--minutes", "0.5", "--seed", "1"],
            output: output
        )
        try await waitUntil("the soak ends", within: .seconds(240)) { soak.exitCode != nil }
        let said = readLines(output).joined(separator: "\n")
        #expect(soak.exitCode == 0, "\(said)")
    }
}
