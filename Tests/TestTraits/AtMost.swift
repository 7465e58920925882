import Synchronization
import Testing

/// Lets so many of the fleet's tests run at the same time: each starts processes, and some measure time.
package struct AtMost: SuiteTrait, TestTrait, TestScoping {
    package let isRecursive = true
    /// How many of the three places a test takes.
    let needed: Int

    private static let places = Places(3)

    package func provideScope(for test: Test, testCase: Test.Case?, performing function: () async throws -> Void)
        async throws
    {
        guard !test.isSuite else { return try await function() }
        await Self.places.take(needed)
        defer { Self.places.giveBack(needed) }
        try await function()
    }
}

extension Trait where Self == AtMost {
    /// At most three tests at a time, of all that have this trait.
    package static var threeAtATime: AtMost { AtMost(needed: 1) }

    /// None of those beside it: it loads the machine, or must have it for itself.
    package static var alone: AtMost { AtMost(needed: 3) }
}

/// A counting semaphore for tasks, first come, first served.
private final class Places: Sendable {
    private struct State {
        var free: Int
        var waiting: [(number: Int, continuation: CheckedContinuation<Void, Never>)] = []

        /// Takes those off the list who can have what they wait for.
        mutating func admit() -> [CheckedContinuation<Void, Never>] {
            var admitted: [CheckedContinuation<Void, Never>] = []
            while let first = waiting.first, first.number <= free {
                free -= first.number
                admitted.append(waiting.removeFirst().continuation)
            }
            return admitted
        }
    }

    private let state: Mutex<State>

    init(_ count: Int) {
        state = Mutex(State(free: count))
    }

    func take(_ number: Int) async {
        await withCheckedContinuation { continuation in
            let admitted = state.withLock { state in
                state.waiting.append((number, continuation))
                return state.admit()
            }
            for next in admitted { next.resume() }
        }
    }

    func giveBack(_ number: Int) {
        let admitted = state.withLock { state in
            state.free += number
            return state.admit()
        }
        for next in admitted { next.resume() }
    }
}
