import QueueTestSupport
import TestTraits
import Testing

/// Floods of pushes, small ones; `make faults` has the large ones.
@Suite(.fault(.pushFlood)) struct FloodTests {
    /// Only the look that a worker without a free slot takes at what was pushed can have brought it in.
    @Test func anUrgentPushBehindAFloodHasTheFirstSlotThatComesFree() async throws {
        let urgent = try await PushFloods.urgent(behind: 3000)
        #expect(urgent.untilIn < .seconds(30))
        #expect(urgent.before <= 1, "two slots were freed at once")
    }

    @Test(arguments: [UInt64(7), .random(in: 0...UInt64.max)])
    func mutatedDocumentsAreJobsOrRejectedWithAllTheirBytes(seed: UInt64) async throws {
        let mutants = try await PushFloods.mutants(2500, seed: seed)
        // Both ends of the test are exercised.
        #expect(mutants.jobs > 250 && mutants.rejected > 250, "seed \(seed): \(mutants)")
    }

    @Test func malformedPushesDoNotHoldUpGoodJobs() async throws {
        let slowed = try await PushFloods.goodJobs(200, beside: 2000)
        #expect(slowed.kept == 2000 && slowed.counted == 2000)
    }
}
