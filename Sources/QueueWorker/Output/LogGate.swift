import Synchronization

/// Lets a few runs of a worker at a time send output. What is being sent is in memory several times over, and two hundred
/// runs may want to at once; those that wait leave theirs in the buffers of their pipes.
final class LogGate: Sendable {
    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
        var isAbandoned = false
    }

    private let state: Mutex<State>

    init(places: Int = 16) {
        state = Mutex(State(free: places))
    }

    /// Whether the worker has given up on Redis: nothing is sent again.
    var isAbandoned: Bool { state.withLock { $0.isAbandoned } }

    /// Whether all places are taken.
    var isCrowded: Bool { state.withLock { $0.free == 0 } }

    /// Gives up on Redis.
    func abandon() {
        state.withLock { $0.isAbandoned = true }
    }

    /// Does something in one of the places, once one is free.
    func pass<Result>(isolation: isolated (any Actor)? = #isolation, _ body: () async -> Result) async -> Result {
        await enter()
        defer { leave() }
        return await body()
    }

    private func enter() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.free == 0 {
                    state.waiting.append(continuation)
                    return false
                }
                state.free -= 1
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if state.waiting.isEmpty {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
