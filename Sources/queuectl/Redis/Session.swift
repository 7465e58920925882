import EmbeddedRedis
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
<<<<<<< HEAD
        case .url(var found, _):
            found.clientName = "queuectl"
            configuration = found
        case .embedded:
            configuration = try await Self.embedded()
=======
        case .url(let found, _): configuration = found.named()
        case .embedded: configuration = try await Embedded.running().named()
>>>>>>> cli
        }
        redis = RedisConnection(configuration)
        directory = QueueDirectory(namespace: namespace, redis: redis)
    }

    private static func embedded() async throws(Failure) -> RedisConfiguration {
        do {
            let folder = try EmbeddedServer.defaultDataDirectory()
            return try await EmbeddedServer(dataDirectory: folder).ensureRunning()
        } catch {
            throw Failure(.configuration, error.description)
        }
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
