import FleetSupport
import TestTraits
import Testing

/// What goes through all dead jobs in steps. With a million of them: FaultTests.
@Suite(.threeAtATime) struct BulkVerbTests {
    @Test func aRetryOfAllThatIsInterruptedIsBegunAgain() async throws {
        try await withFleet { try await $0.interruptRetryOfAll(30_000) }
    }

    @Test func aPurgeThatIsInterruptedIsBegunAgain() async throws {
        try await withFleet { try await $0.interruptPurge(30_000) }
    }
}
