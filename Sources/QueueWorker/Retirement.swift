import QueueKit
import Synchronization

/// Knows when a worker has done what it was started for, if it is to end by itself.
///
/// A queue counts as empty when a claim has found it so that was sent after the last run of this worker was settled:
/// a run that ends may have made work. So a worker that drains its queues looks again whenever one of its runs has
/// ended, and now and then while some go on, instead of blocking for work of others.
final class Retirement: Sendable {
    private struct State {
        /// How many runs have been settled.
        var runsEnded = 0
        /// For each queue, the number of ended runs at which it was found empty.
        var emptyAt: [Int?]
        /// Feeds that sleep until it is time to look again.
        var sleepers: [Int: Task<Void, Never>] = [:]
        /// Nobody sleeps any more.
        var isOver = false
        /// Since when there is nothing to do, unless there is.
        var idleSince = ContinuousClock.now
    }

    /// Whether the worker ends when its queues are empty.
    let drains: Bool
    /// How long it may have nothing to do.
    let maxIdle: Duration?
    private let state: Mutex<State>

    init(_ options: WorkerOptions) {
        drains = options.drains
        maxIdle = options.maxIdle
        state = Mutex(State(emptyAt: Array(repeating: nil, count: options.queues.count)))
    }

    /// Notes that a queue is about to be looked at. Returns what to give `isEmpty` with the answer.
    func looksAt(_ queue: Int) -> Int {
        state.withLock { state in
            state.emptyAt[queue] = nil
            return state.runsEnded
        }
    }

    /// Notes that a claim for a free slot, sent after so many ended runs, found a queue empty.
    func isEmpty(_ queue: Int, after runsEnded: Int) {
        state.withLock { $0.emptyAt[queue] = runsEnded }
    }

    /// Notes that a run was settled.
    func runHasEnded() {
        startIdling()
        wakeAll { $0.runsEnded += 1 }
    }

    /// Notes that from now on there may be nothing to do.
    func startIdling() {
        state.withLock { $0.idleSince = .now }
    }

    /// Ends all waits, and lets nobody wait any more.
    func close() {
        wakeAll { $0.isOver = true }
    }

    private func wakeAll(_ change: (inout State) -> Void) {
        let sleepers = state.withLock { state in
            change(&state)
            defer { state.sleepers = [:] }
            return state.sleepers
        }
        for sleeper in sleepers.values { sleeper.cancel() }
    }

    /// Whether all queues are empty, as far as one can know. Only true if no run is under way.
    var isDrained: Bool { state.withLock { state in state.emptyAt.allSatisfy { $0 == state.runsEnded } } }

    /// How much longer there must be nothing to do before the worker ends. Only true if no run is under way.
    func idleTimeLeft(at now: ContinuousClock.Instant) -> Duration? {
        maxIdle.map { $0 - state.withLock { $0.idleSince }.duration(to: now) }
    }

    /// Waits until another run has ended than those that `looksAt` counted, or for so long.
    func waitToLookAgain(at queue: Int, after runsEnded: Int, atMost limit: Duration) async {
        let sleep = Task {
            do {
                try await Task.sleep(for: limit)
            } catch {
                // It is time.
            }
        }
        let mayWait = state.withLock { state in
            guard state.runsEnded == runsEnded, !state.isOver else { return false }
            state.sleepers[queue] = sleep
            return true
        }
        if mayWait { await sleep.value } else { sleep.cancel() }
    }
}
