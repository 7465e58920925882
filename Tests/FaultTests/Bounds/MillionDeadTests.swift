import FleetSupport
import TestTraits
import Testing

/// A million dead jobs, retried and purged, with interruptions. One such test at a time: each has a Redis of several hundred
/// megabytes.
@Suite(.fault(.bulkVerbInterrupted), .serialized) struct MillionDeadTests {
    @Test func retryIsInterruptedAndBegunAgain() async throws {
        try await withFleet { try await $0.interruptRetryOfAll(1_000_000) }
    }

    @Test func purgeIsInterruptedAndBegunAgain() async throws {
        try await withFleet { try await $0.interruptPurge(1_000_000) }
    }
}
