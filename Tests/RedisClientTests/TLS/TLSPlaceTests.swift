import RedisClient
import TestSupport
import Testing

/// Sentinels and clusters over TLS.
@Suite(.timeLimit(.minutes(2))) struct TLSPlaceTests {
    private let authority: TestAuthority
    private let certificate: TestCertificate
    private var tls: RedisTLS {
        var tls = RedisTLS()
        tls.authorities = authority.file
        return tls
    }

    init() throws {
        authority = try TestAuthority()
        certificate = try authority.issue()
    }

    private var files: [String] {
        [
            "tls-cert-file \(certificate.certificate)", "tls-key-file \(certificate.key)",
            "tls-ca-cert-file \(authority.file)", "tls-auth-clients no",
        ]
    }

    @Test func sentinelAndPrimaryAreReachedOverTLS() async throws {
        let secured = try SecuredServer(authority, certificate)
        let kept = try KeptPort()
        let lines = files + ["tls-port \(kept.number)", "tls-replication yes"]
        let sentinel = try SentinelServer(
            watching: ["main": secured.port],
            downAfter: .seconds(60),
            configuration: lines
        )
        let url = "rediss+sentinel://127.0.0.1:\(kept.number)/main?tls_ca=\(authority.file)"
        let redis = RedisConnection(try RedisConfiguration(url: url))
        #expect(try await redis.send(RedisCommand("SET", "a", "1")) == .simple("OK"))
        #expect(redis.security?.version == "TLSv1.3")
        // No sentinel is believed that cannot prove who it is, and its words go with it.
        var strict = try RedisConfiguration(url: url)
        strict.tls?.serverName = "elsewhere.example"
        let error = try await #require(throws: RedisError.self) {
            try await RedisConnection(strict).send(RedisCommand("PING"))
        }
        #expect(error.code == .tls && error.cause.hasPrefix("sentinel 127.0.0.1:\(kept.number): its certificate"))
        _ = sentinel
    }

    @Test func nodesOfAClusterAreReachedOverTLS() async throws {
        let cluster = try await RedisCluster(tls: files)
        func connection() throws -> RedisConnection {
            let port = try #require(cluster.primaries[0].tlsPort)
            var configuration = RedisConfiguration(address: .tcp(host: "localhost", port: port))
            configuration.tls = tls
            return RedisConnection(configuration)
        }
        func write(_ redis: RedisConnection) async throws(RedisError) {
            for number in 0..<30 { _ = try await redis.send(RedisCommand("SET", "{\(number)}", "x")) }
        }
        try await write(connection())
        for node in cluster.primaries { #expect(try await node.admin.send(RedisCommand("DBSIZE")).int ?? 0 > 0) }

        // What the nodes announce is what their certificates have to be for.
        func announce(_ name: String) async throws {
            for node in cluster.primaries {
                _ = try await node.admin.send(RedisCommand("CONFIG", "SET", "cluster-announce-hostname", name))
                let kind = "cluster-preferred-endpoint-type"
                _ = try await node.admin.send(RedisCommand("CONFIG", "SET", kind, "hostname"))
            }
            try await waitUntil("all nodes know the name") {
                for node in cluster.primaries {
                    let slots = try await node.admin.send(RedisCommand("CLUSTER", "SLOTS")).array ?? []
                    let names = slots.compactMap { $0.array?[2].array?[0].string }
                    if slots.count != 3 || names != Array(repeating: name, count: 3) { return false }
                }
                return true
            }
        }
        try await announce("localhost")
        try await write(connection())
        try await announce("ip6-localhost")
        let error = try await #require(throws: RedisError.self) { try await write(connection()) }
        #expect(error.code == .tls || error.code == .unreachable, "\(error)")
    }
}
