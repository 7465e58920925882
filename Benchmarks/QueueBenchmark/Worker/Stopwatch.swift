import Synchronization

/// Waits until so many things have happened, and says how long that took from the first to the last of them.
final class Stopwatch: Sendable {
    private struct State {
        var left: Int
        var started: ContinuousClock.Instant?
        var last: ContinuousClock.Instant?
        var longestPause = 0.0
        var waiting: CheckedContinuation<Double, Never>?
        var result: Double?
    }

    private let state: Mutex<State>

    init(count: Int) {
        state = Mutex(State(left: count))
    }

    /// The longest time in which nothing was finished, in seconds.
    var longestPause: Double { state.withLock { $0.longestPause } }

    /// Something has begun. The first time counts.
    func begin() {
        state.withLock { if $0.started == nil { $0.started = .now } }
    }

    /// One of the things is done.
    func finish() {
        state.withLock { state in
            state.left -= 1
            let now = ContinuousClock.now
            if let last = state.last { state.longestPause = max(state.longestPause, (now - last).seconds) }
            state.last = now
            guard state.left == 0, let started = state.started else { return }
            let time = (now - started).seconds
            state.result = time
            state.waiting?.resume(returning: time)
        }
    }

    /// Seconds, once all is done.
    func result() async -> Double {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                if let result = state.result {
                    continuation.resume(returning: result)
                } else {
                    state.waiting = continuation
                }
            }
        }
    }
}
