import Synchronization

/// What connections have learned of where servers are. Shared by all that are made with copies of one configuration, so
/// that each of them need not find out for itself.
final class Whereabouts: Sendable {
    private struct State {
        var sentinel: RedisEndpoint?
    }

    private let state = Mutex(State())

    /// The sentinels in the order in which to ask them: first the one that was of use last.
    func ordered(_ sentinels: [RedisEndpoint]) -> [RedisEndpoint] {
        guard let first = state.withLock({ $0.sentinel }), sentinels.contains(first) else { return sentinels }
        return [first] + sentinels.filter { $0 != first }
    }

    /// A sentinel named a server that turned out to be the primary.
    func wasOfUse(_ sentinel: RedisEndpoint) {
        state.withLock { $0.sentinel = sentinel }
    }
}
