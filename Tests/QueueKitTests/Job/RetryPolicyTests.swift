import QueueKit
import TestSupport
import Testing

@Suite struct RetryPolicyTests {
    @Test(
        arguments: [
            (2, 1, 3600, 0, 2000), (2, 2, 3600, 0, 4000), (2, 3, 3600, 0, 8000), (2, 11, 3600, 0, 2_048_000),
            (2, 12, 3600, 0, 3_600_000),
            (2, 1, 3600, 1, 2200), (2, 1, 3600, 0.5, 2100), (2, 12, 3600, 1, 3_960_000), (1.5, 2, 3600, 0, 2250),
            (1, 1000, 3600, 0, 1000),
            (10, 1000, 3600, 0, 3_600_000), (100, .max, 3600, 0, 3_600_000), (2, 0, 3600, 0, 1000),
            (2, -7, 3600, 0, 1000),
            (2, 5, 0, 1, 0), (2, 5, -1, 1, 0), (.nan, 3, 3600, 0, 1000), (.infinity, 3, 3600, 0, 1000),
            (-2, 3, 3600, 0, 0),
            (2, 1, 3600, 9, 2200), (2, 1, 3600, -9, 2000), (2, 1, 3600, .nan, 2000),
        ] as [(Double, Int, Int64, Double, Int64)]
    )
    func waitGrowsToTheCapAndNeverOverflows(base: Double, retry: Int, cap: Int64, jitter: Double, milliseconds: Int64) {
        let policy = RetryPolicy(maxRetries: 3, base: base, cap: .seconds(cap))
        #expect(policy.delay(beforeRetry: retry, jitter: jitter) == .milliseconds(milliseconds))
    }

    @Test func longestCapDoesNotTrap() {
        let policy = RetryPolicy(
            maxRetries: 3,
            base: 10,
            cap: Duration(secondsComponent: .max, attosecondsComponent: 0)
        )
        #expect(policy.delay(beforeRetry: 1000, jitter: 1) == .milliseconds(Int64.max))
    }

    @Test func jitterSpreadsOverATenth() {
        let policy = RetryPolicy(maxRetries: 3, base: 10, cap: .seconds(3600))
        var random = SeededGenerator(seed: 5)
        let waits = (0..<1000).map { _ in policy.delay(beforeRetry: 2, using: &random).wholeMilliseconds }
        #expect(waits.allSatisfy { 100_000...110_000 ~= $0 })
        #expect(Set(waits).count > 900)
    }

    @Test(arguments: [(0, 1, false), (3, 1, true), (3, 3, true), (3, 4, false)])
    func retriesEndAfterTheLastAllowed(maxRetries: Int, failures: Int, isAllowed: Bool) {
        let policy = RetryPolicy(maxRetries: maxRetries, base: 2, cap: .seconds(1))
        #expect(policy.allowsRetry(afterFailures: failures) == isAllowed)
    }
}
