import RedisClient
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct SentinelTests {
    private func port(_ server: RedisServer) throws -> UInt16 { try #require(server.port) }

    private func servedBy(_ redis: RedisConnection) async throws -> String {
        let info = try await redis.send(RedisCommand("INFO", "server")).string ?? ""
        let line = info.split(whereSeparator: \.isNewline).first { $0.hasPrefix("tcp_port:") }
        return String(line?.dropFirst(9) ?? "")
    }

    @Test func thePrimaryIsFoundThroughTheFirstSentinelThatKnowsIt() async throws {
        let server = try RedisServer(.init(tcp: true))
        let dead = try KeptPort()
        let ignorant = try SentinelServer(watching: [:], downAfter: .seconds(60))
        let wise = try SentinelServer(watching: ["main": port(server)], downAfter: .seconds(60))
        let sentinels = [RedisEndpoint(host: "127.0.0.1", port: dead.number), ignorant.endpoint, wise.endpoint]
        let redis = RedisConnection(RedisConfiguration(address: .primary(named: "main", sentinels: sentinels)))
        #expect(try await servedBy(redis) == "\(try port(server))")
        wise.kill9()
        _ = try? await server.connection().send(RedisCommand("CLIENT", "KILL", "TYPE", "normal"))
        try await waitUntil("it has to ask again") { !redis.isConnected }
        let error = try await #require(throws: RedisError.self) { try await redis.send(RedisCommand("PING")) }
        #expect(error.code == .unreachable && !error.mayHaveRun)
        #expect(
            "\(error)" == """
                Cannot reach Redis at main (sentinels \(sentinels[0]), \(sentinels[1]), \(sentinels[2])): \
                sentinel \(sentinels[2]): Connection refused; sentinel \(sentinels[0]): Connection refused; \
                sentinel \(sentinels[1]): it knows no main
                """
        )
    }

    @Test func aReplicaIsNotTakenForThePrimary() async throws {
        let server = try RedisServer(.init(tcp: true))
        let replica = try RedisServer(.init(tcp: true, configuration: ["replicaof 127.0.0.1 \(try port(server))"]))
        // As it answers while it does not know yet that another has taken over.
        let behind = try SentinelServer(watching: ["main": port(replica)], downAfter: .seconds(60))
        let redis = RedisConnection(SentinelServer.configuration([behind], of: "main"))
        let error = try await #require(throws: RedisError.self) { try await redis.send(RedisCommand("SET", "k", "v")) }
        #expect(error.code == .unreachable)
        #expect(
            error.cause.hasSuffix("it names 127.0.0.1:\(try port(replica)), of which: it is no primary, but a replica")
        )
        let informed = try SentinelServer(watching: ["main": port(server)], downAfter: .seconds(60))
        let both = RedisConnection(SentinelServer.configuration([behind, informed], of: "main"))
        #expect(try await servedBy(both) == "\(try port(server))")
    }

    @Test func sentinelsMayHaveAPasswordOfTheirOwn() async throws {
        let server = try RedisServer(.init(tcp: true, configuration: ["requirepass right"]))
        let sentinel = try SentinelServer(
            watching: ["main": port(server)],
            downAfter: .seconds(60),
            configuration: ["requirepass top:secret", "sentinel auth-pass main right"]
        )
        let url = "redis+sentinel://:right@\(sentinel.endpoint)/main"
        let redis = RedisConnection(try RedisConfiguration(url: "\(url)?sentinel_password=top%3Asecret"))
        #expect(try await redis.send(RedisCommand("PING")) == .simple("PONG"))
        for (query, kind) in [("", RedisReplyError.Kind.noAuth), ("?sentinel_password=SECRET", .wrongPass)] {
            let redis = RedisConnection(try RedisConfiguration(url: url + query))
            let error = try await #require(throws: RedisError.self) { try await redis.send(RedisCommand("PING")) }
            #expect(error.reply?.kind == kind)
            #expect("\(error)".contains("sentinel \(sentinel.endpoint) was answered") && !"\(error)".contains("SECRET"))
        }
    }

    @Test(arguments: WatchedPrimary.End.allCases)
    func connectionsAndSubscriptionsGoOnWithTheNextPrimary(_ end: WatchedPrimary.End) async throws {
        let watched = try await WatchedPrimary()
        var configuration = watched.configuration
        // Not by these does it notice.
        configuration.connectTimeout = .seconds(4)
        configuration.commandTimeout = .seconds(60)
        let log = EventLog()
        let redis = RedisConnection(configuration, onEvent: log.note)
        _ = try await redis.send(RedisCommand("SET", "before", "1"))
        _ = try await redis.send(RedisCommand("WAIT", "1", "5000"))
        var listening = configuration
        listening.commandTimeout = .seconds(2)
        let subscription = try RedisSubscription(listening, channels: ["news"])
        var events = subscription.messages.makeAsyncIterator()
        #expect(await events.next() == .subscribed)

        try await watched.end(end)
        let overdue = Task { try await redis.send(RedisCommand("SET", "during", "1")) }
        try await watched.waitForPromotion()
        let promoted = ContinuousClock.now
        // Whoever was cut off or turned away asks again, as callers do.
        let second = "\(try port(watched.second))"
        try await waitUntil("the next primary is used", within: .seconds(20)) {
            (try? await servedBy(redis)) == second
        }
        _ = try await redis.send(RedisCommand("SET", "after", "1"))
        let resumed = ContinuousClock.now - promoted
        print("\(end): a command was answered \(resumed) after the promotion")
        // A primary that was replaced goes on for some ten seconds and answers at once: it is left all the same.
        if end == .replaced { #expect(resumed < .seconds(5)) }
        #expect(try await servedBy(redis) == "\(try port(watched.second))")
        #expect(try await redis.send(RedisCommand("GET", "before")).string == "1")
        _ = try? await overdue.value
        // One that was replaced may say so itself, before the sentinels are asked.
        if end == .frozen {
            #expect(log.losses.first?.contains("the sentinels name 127.0.0.1:\(second) as") == true)
        }
        #expect(await events.next() == .subscribed)
        _ = try await redis.send(RedisCommand("PUBLISH", "news", "x"))
        #expect(await events.next() == .message(channel: "news", payload: [0x78]))
    }
}
