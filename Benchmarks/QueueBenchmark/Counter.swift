import Synchronization

/// Counts, from any thread.
final class Counter: Sendable {
    private let count = Atomic<Int64>(0)

    var value: Int { Int(count.load(ordering: .acquiring)) }

    /// One more than the last time.
    @discardableResult
    func next() -> Int64 { count.add(1, ordering: .acquiringAndReleasing).newValue }
}

/// How long something takes, in seconds.
func seconds(_ work: () async throws -> Void) async throws -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    try await work()
    return (clock.now - start).seconds
}

extension Duration {
    var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
