import Synchronization

/// One connection to a Redis server, shared by any number of callers.
///
/// It owns a thread and a socket. Requests of all callers go out in the order they were handed over, as many as wait
/// in one write, and their answers come back in that order. It dials when there is something to send, and
/// again after it was lost, so one object serves for the life of a process:
///
/// - The server cannot be reached: whatever waits fails at once as `unreachable`, and the next attempt starts after a
///   backoff. A request that comes in between waits for that attempt.
/// - The connection ends: requests that were written fail as `connectionLost` (`mayHaveRun` is true); those that
///   were not are sent on the next connection. Nothing is ever sent twice.
/// - A request gets no answer in its time: it fails as `timedOut`, and if it was the oldest on the wire, the
///   connection is dropped.
/// - The server is a node of a cluster and sends a command on to another (`MOVED`, `ASK`), or asks it to come again
///   (`TRYAGAIN`, `CLUSTERDOWN`): it is followed, within its time, over connections to those nodes that this one
///   keeps. None of these has run the command. Commands for several nodes are sent to one after the other.
///
/// No I/O happens before the first request. When the last reference goes, the connection closes.
public final class RedisConnection: Sendable {
    let core: ConnectionCore
    let nodes: ClusterNodes
    let scripts = ScriptCache()

    /// Makes a connection without dialling. `onEvent` is called on the connection's thread: it must not block.
    public init(
        _ configuration: RedisConfiguration,
        backoff: ReconnectBackoff = .standard,
        onEvent: (@Sendable (RedisConnectionEvent) -> Void)? = nil
    ) {
        core = ConnectionCore(configuration, backoff: backoff, onEvent: onEvent)
        nodes = ClusterNodes(core)
    }

    deinit {
        nodes.close()
    }

    /// What the connection was made with.
    public var configuration: RedisConfiguration { core.configuration }

    /// Whether a greeted connection stands, as far as is known. False before the first request.
    public var isConnected: Bool { nodes.isConnected }

    /// How the connection is secured that stands, or stood last; nil if it was not, or there was none yet. In a cluster, that to
    /// the node that was named.
    public var security: RedisSecurity? { core.security.withLock { $0 } }

    /// Ends the connection and its thread. What waits fails as `closed`, and so does every later request.
    /// Harmless when repeated. Returns at once.
    public func close() {
        nodes.close()
    }

    var whereabouts: Whereabouts { configuration.whereabouts }

    /// Makes a request that has to be answered within `timeout`, the configured one unless given.
    func request(_ commands: [RedisCommand], name: String? = nil, timeout: Duration?) -> Request {
        let limit = timeout ?? configuration.commandTimeout
        return Request(
            commands,
            name: name ?? commands.first?.name ?? "nothing",
            address: configuration.address,
            deadline: ContinuousClock.now.advanced(by: limit)
        )
    }
}
