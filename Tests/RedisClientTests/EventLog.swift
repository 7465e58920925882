import RedisClient
import Synchronization

/// Keeps what a connection reports, for a test to look at.
final class EventLog: Sendable {
    private let events = Mutex<[RedisConnectionEvent]>([])

    func note(_ event: RedisConnectionEvent) {
        events.withLock { $0.append(event) }
    }

    var losses: [String] {
        events.withLock { $0.compactMap { if case .lost(let reason) = $0 { reason } else { nil } } }
    }

    var failedDials: [String] {
        events.withLock { $0.compactMap { if case .dialFailed(let reason) = $0 { reason } else { nil } } }
    }

    /// How long each outage was, in order; nil for connections without one before.
    var outages: [Duration?] {
        events.withLock { $0.compactMap { if case .connected(let outage) = $0 { .some(outage) } else { nil } } }
    }
}
