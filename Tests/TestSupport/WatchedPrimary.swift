import RedisClient

/// A primary with a replica, and a sentinel that puts the replica in its place when it is gone.
public final class WatchedPrimary: Sendable {
    /// The name that the sentinel gives it.
    public static let name = "main"

    /// The server that is the primary to begin with.
    public let first: RedisServer
    /// Its replica.
    public let second: RedisServer
    /// Who watches them.
    public let sentinel: SentinelServer

    /// Starts all three, and waits until the replica follows and the sentinel knows it.
    ///
    /// - Parameters:
    ///   - downAfter: how long the primary may be silent.
    ///   - options: of both servers; they listen on TCP in any case.
    public init(downAfter: Duration = .milliseconds(500), _ options: RedisServer.Options = .init()) async throws {
        var options = options
        options.tcp = true
        first = try RedisServer(options)
        guard let port = first.port else { throw FixtureError("no port") }
        options.configuration.append("replicaof 127.0.0.1 \(port)")
        second = try RedisServer(options)
        let follower = second.connection()
        try await waitUntil("the replica follows") {
            try await follower.send(RedisCommand("INFO", "replication")).string?.contains("master_link_status:up")
                == true
        }
        sentinel = try SentinelServer(watching: [Self.name: port], downAfter: downAfter)
        let asking = sentinel.connection()
        // What it asks them comes every ten seconds, beginning at once.
        try await waitUntil("the sentinel knows the replica", within: .seconds(30)) {
            let replicas = try await asking.send(RedisCommand("SENTINEL", "REPLICAS", Self.name)).array ?? []
            guard let words = replicas.first?.array?.compactMap(\.string), words.count % 2 == 0 else { return false }
            let pairs = stride(from: 0, to: words.count, by: 2).map { (words[$0], words[$0 + 1]) }
            return pairs.contains { $0 == ("master-link-status", "ok") } && pairs.contains { $0 == ("flags", "slave") }
        }
    }

    /// How a primary may come to its end.
    public enum End: String, CaseIterable, Sendable {
        case killed, frozen
        /// The sentinel is asked to put the replica in its place. It goes on answering for some seconds.
        case replaced
    }

    /// Brings about the end of the first primary.
    public func end(_ end: End) async throws {
        switch end {
        case .killed: first.kill9()
        case .frozen: first.freeze()
        case .replaced: _ = try await sentinel.connection().send(RedisCommand("SENTINEL", "FAILOVER", Self.name))
        }
    }

    /// How clients get to the primary.
    public var configuration: RedisConfiguration { SentinelServer.configuration([sentinel], of: Self.name) }

    /// Waits until the second server is the primary, by what it says itself.
    public func waitForPromotion(within limit: Duration = .seconds(30)) async throws {
        let redis = second.connection()
        try await waitUntil("the replica is promoted", within: limit) {
            // The sentinel ends the connections of those whom it has told to be another thing than before.
            (try? await redis.send(RedisCommand("ROLE")))?.array?.first?.string == "master"
        }
    }
}
