import Synchronization

/// How often the worker was asked to stop by a signal.
final class StopCount: Sendable {
    private let count = Atomic(0)

    /// Counts one more and returns how many there were.
    func next() -> Int { count.add(1, ordering: .relaxed).newValue }
}
