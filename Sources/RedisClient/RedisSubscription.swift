/// Listens to channels of a Redis server, on a connection of its own, until it is closed.
///
/// It dials at once, and again after every loss, with a backoff and for ever. Redis keeps no messages for those
/// who are away, so a message is a hint: after each ``Event/subscribed`` a consumer has to look at the stored state
/// once, since messages before it may have been missed. A peer that falls silent is noticed within the configured
/// `commandTimeout`, by a `PING` when nothing else comes.
public final class RedisSubscription: Sendable {
    /// What a consumer is told.
    public enum Event: Sendable, Hashable {
        /// All channels are subscribed to from now on. Comes first, after every reconnection, and after messages were
        /// thrown away because the consumer was too slow.
        case subscribed
        /// Someone published this.
        case message(channel: String, payload: [UInt8])
    }

    /// The events, for one consumer. At most 1,024 wait; of more, the oldest are thrown away. Ends after
    /// ``close()``; ending the iteration closes the subscription.
    public let messages: AsyncStream<Event>

    private let core: SubscriptionCore

    /// Starts listening to these channels, of which there must be one or more. `onEvent` is called on the subscription's thread: it must not block.
    ///
    /// - Throws: ``RedisError`` with code `unreachable` only if this process gets no thread or descriptor. A
    ///   server that is away is not thrown, but dialled until it is there.
    public init(
        _ configuration: RedisConfiguration,
        channels: [String],
        backoff: ReconnectBackoff = .standard,
        onEvent: (@Sendable (RedisConnectionEvent) -> Void)? = nil
    ) throws(RedisError) {
        let (stream, continuation) = AsyncStream.makeStream(of: Event.self, bufferingPolicy: .bufferingNewest(1024))
        do {
            let core = try SubscriptionCore(configuration, channels, backoff, onEvent)
            continuation.onTermination = { _ in core.close() }
            try OwnThread.start(name: "redis-subscribe") { SubscriptionLoop(core, continuation).run() }
            self.core = core
            messages = stream
        } catch {
            throw RedisError(
                .unreachable,
                address: configuration.address,
                command: "SUBSCRIBE",
                mayHaveRun: false,
                cause: error.reason
            )
        }
    }

    deinit {
        core.close()
    }

    /// Ends the subscription, its thread and its stream. Harmless when repeated. Returns at once.
    public func close() {
        core.close()
    }
}
