import Glibc
import Synchronization

/// What the owner of a subscription shares with its thread.
final class SubscriptionCore: Sendable {
    let configuration: RedisConfiguration
    let channels: [String]
    let backoff: ReconnectBackoff
    let onEvent: (@Sendable (RedisConnectionEvent) -> Void)?
    let wake: WakeUp

    private let closed = Atomic(false)

    init(
        _ configuration: RedisConfiguration,
        _ channels: [String],
        _ backoff: ReconnectBackoff,
        _ onEvent: (@Sendable (RedisConnectionEvent) -> Void)?
    ) throws(OwnThread.StartError) {
        guard let wake = WakeUp() else {
            throw OwnThread.StartError(reason: "cannot open an event descriptor: \(systemMessage(errno))")
        }
        self.configuration = configuration
        self.channels = channels
        self.backoff = backoff
        self.onEvent = onEvent
        self.wake = wake
    }

    var isClosed: Bool { closed.load(ordering: .acquiring) }

    func close() {
        closed.store(true, ordering: .releasing)
        wake.signal()
    }
}
