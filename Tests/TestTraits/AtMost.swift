import Synchronization
import Testing

/// Lets so many of the fleet's tests run at the same time: each starts processes, and some measure time.
package struct AtMost: SuiteTrait, TestTrait, TestScoping {
    package let isRecursive = true
    private let places: Places

    package static let three = AtMost(places: Places(3))

    package func provideScope(for test: Test, testCase: Test.Case?, performing function: () async throws -> Void)
        async throws
    {
        guard !test.isSuite else { return try await function() }
        await places.take()
        defer { places.giveBack() }
        try await function()
    }
}

extension Trait where Self == AtMost {
    /// At most three tests at a time, of all that have this trait.
    package static var threeAtATime: AtMost { .three }
}

/// A counting semaphore for tasks.
private final class Places: Sendable {
    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(_ count: Int) {
        state = Mutex(State(free: count))
    }

    func take() async {
        await withCheckedContinuation { continuation in
            let isMine = state.withLock { state in
                if state.free > 0 {
                    state.free -= 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isMine { continuation.resume() }
        }
    }

    func giveBack() {
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
