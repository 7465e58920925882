import Synchronization

/// What connections have learned of where servers are. Shared by all that are made with copies of one configuration, so
/// that each of them need not find out for itself.
final class Whereabouts: Sendable {
    private struct State {
        var sentinel: RedisEndpoint?
        var watch = PrimaryWatch()
        var map = ClusterMap()
    }

    private let state = Mutex(State())
    /// Looked at by every request, so not under the lock.
    private let hasNodes = Atomic(false)

    /// The sentinels in the order in which to ask them: first the one that was of use last.
    func ordered(_ sentinels: [RedisEndpoint]) -> [RedisEndpoint] {
        guard let first = state.withLock({ $0.sentinel }), sentinels.contains(first) else { return sentinels }
        return [first] + sentinels.filter { $0 != first }
    }

    /// A sentinel named a server that turned out to be the primary.
    func wasOfUse(_ sentinel: RedisEndpoint, naming primary: RedisEndpoint, _ now: ContinuousClock.Instant) {
        state.withLock { state in
            state.sentinel = sentinel
            // That was a question as good as any.
            _ = state.watch.beginAsking(now)
            state.watch.heard(primary)
        }
    }

    /// The primary, by what sentinels said last.
    var primary: RedisEndpoint? { state.withLock { $0.watch.primary } }

    /// Whether the caller is to ask the sentinels now.
    func beginAsking(_ now: ContinuousClock.Instant) -> Bool { state.withLock { $0.watch.beginAsking(now) } }

    /// A sentinel was asked, and has named the primary.
    func heard(_ primary: RedisEndpoint) {
        state.withLock { $0.watch.heard(primary) }
    }

    /// When those who use the primary are to look here again.
    func timeToLook(after now: ContinuousClock.Instant) -> ContinuousClock.Instant {
        state.withLock { $0.watch.timeToLook(after: now) }
    }

    /// Whether the server is a node of a cluster, as far as is known.
    var isCluster: Bool { hasNodes.load(ordering: .relaxed) }

    /// What is known of the cluster.
    var map: ClusterMap { state.withLock { $0.map } }

    /// A server has said that it is a node of a cluster.
    func met(_ node: RedisAddress) {
        state.withLock { $0.map.met(node) }
        hasNodes.store(true, ordering: .relaxed)
    }

    /// Nodes have said where slots are.
    func learn(_ slots: [Int: RedisAddress]) {
        guard !slots.isEmpty else { return }
        state.withLock { state in
            for (slot, node) in slots { state.map.learn(slot, isAt: node) }
        }
        hasNodes.store(true, ordering: .relaxed)
    }

    /// A node is out of reach.
    func lost(_ node: RedisAddress) {
        state.withLock { $0.map.lost(node) }
    }

    /// Whether the caller is to ask a node for the whole picture: one at a time is enough.
    func beginSurvey() -> Bool {
        guard isCluster else { return false }
        return state.withLock { state in
            defer { state.map.beginSurvey() }
            return state.map.needsSurvey
        }
    }

    /// A node has told the whole picture.
    func take(survey reply: RESPValue, from node: RedisAddress) {
        state.withLock { $0.map.take(survey: reply, from: node) }
    }

    /// Which node to dial after so many failures in a row, for those for whom any will do.
    func node(afterFailures failures: Int, home: RedisAddress) -> RedisAddress {
        let nodes = [home] + map.nodes.filter { $0 != home }
        return nodes[failures % nodes.count]
    }
}
