import QueueKit
import RedisClient

/// What a command needs to speak to Redis: made from its options, before anything is sent.
struct Session: Sendable {
    /// Where Redis is.
    let configuration: RedisConfiguration
    /// The namespace of all keys.
    let namespace: String
    /// The connection that this command uses. It dials with the first request.
    let redis: RedisConnection
    /// The queues of the namespace.
    let directory: QueueDirectory

    /// Finds out where Redis is; starts the embedded server if it is to be used and does not run.
    init(_ options: GlobalOptions) async throws(Failure) {
        namespace = try Namespace.name(options)
        switch try RedisSource(options) {
        case .url(let found, _): configuration = found.named()
        case .embedded: configuration = try await Embedded.running().named()
        }
        try TLSSource.check(configuration.tls, options)
        redis = RedisConnection(configuration)
        directory = QueueDirectory(namespace: namespace, redis: redis)
    }
}

extension RedisConfiguration {
    /// The same, with a name for `CLIENT LIST`.
    fileprivate func named() -> RedisConfiguration {
        var configuration = self
        configuration.clientName = "queuectl"
        return configuration
    }
}
