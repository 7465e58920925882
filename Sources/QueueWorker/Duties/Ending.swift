import QueueKit
import Synchronization

/// Sees to it that a stopping worker comes to its end in time: jobs first get to finish, then are stopped, and
/// what cannot be told to Redis is left to the leases.
final class Ending: Sendable {
    private let shared: SharedState
    private let options: WorkerOptions
    private let giveUp: @Sendable () async -> Void
    private let feedsLeft: Atomic<Int>

    /// How long answers are waited for from a Redis that is away, when nothing runs any more.
    private static let patience = Duration.milliseconds(500)

    /// - Parameters:
    ///   - feeds: how many there are.
    ///   - giveUp: makes everything that waits for Redis end.
    init(shared: SharedState, options: WorkerOptions, feeds: Int, giveUp: @escaping @Sendable () async -> Void) {
        self.shared = shared
        self.options = options
        self.giveUp = giveUp
        self.feedsLeft = Atomic(feeds)
    }

    /// A feed is over, with all its jobs.
    func feedHasEnded() {
        feedsLeft.subtract(1, ordering: .releasing)
    }

    /// Returns when all feeds are over.
    func superviseUntilIdle() async {
        await shared.reached(.stopping)
        let clock = ContinuousClock()
        let deadline = clock.now + (options.shutdownTimeout ?? shared.configuration.shutdownTimeout)
        var hasStoppedJobs = false
        var hasGivenUp = false
        var idleSince: ContinuousClock.Instant?
        while feedsLeft.load(ordering: .acquiring) > 0 {
            await nap()
            let running = shared.held.running
            if running > 0 { idleSince = nil } else { idleSince = idleSince ?? clock.now }
            let isHopeless = !shared.isHealthy || shared.cannotSettleSomething
            if let idleSince, !hasGivenUp, isHopeless, clock.now - idleSince > Self.patience {
                // What is left are claims and settles. Without Redis, or refused, they can wait for ever.
                hasGivenUp = true
                await giveUp()
            }
            if !hasStoppedJobs, running > 0, clock.now >= deadline {
                hasStoppedJobs = true
                shared.report(.stoppingJobs(running: running))
                shared.held.stopAll(.shutdown, now: false)
            }
        }
    }

    /// A short look-out interval, only while a worker ends.
    private func nap() async {
        // This task is never cancelled: see `Worker.run`.
        try? await Task.sleep(for: .milliseconds(20))
    }
}
