import QueueKit
import Synchronization

/// Sees to it that a stopping worker comes to its end in time: jobs first get to finish, then are stopped, and
/// what cannot be told to Redis is left to the leases.
final class Ending: Sendable {
    private let shared: SharedState
    private let options: WorkerOptions
    private let settlers: [Settler]
    private let feedsLeft: Atomic<Int>

    init(shared: SharedState, options: WorkerOptions, settlers: [Settler]) {
        self.shared = shared
        self.options = options
        self.settlers = settlers
        self.feedsLeft = Atomic(settlers.count)
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
        var idleSince: ContinuousClock.Instant?
        while feedsLeft.load(ordering: .acquiring) > 0 {
            await nap()
            if shared.slots.busy == 0 {
                // Nothing runs any more; what is left are settles. Without Redis they can wait for ever.
                idleSince = idleSince ?? clock.now
                if !shared.isHealthy, let idleSince, clock.now - idleSince > .seconds(1) {
                    for settler in settlers { await settler.abandon() }
                }
            } else if !hasStoppedJobs && clock.now >= deadline {
                hasStoppedJobs = true
                shared.report(.stoppingJobs(running: shared.slots.busy))
                shared.held.stopAll(.shutdown, now: false)
            }
        }
    }

    /// A short look-out interval, only while a worker ends.
    private func nap() async {
        do {
            try await Task.sleep(for: .milliseconds(20))
        } catch {
            // Cancelled: the worker is stopping already, and does so in order.
            await Task.yield()
        }
    }
}
