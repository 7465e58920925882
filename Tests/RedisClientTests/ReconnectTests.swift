import RedisClient
import TestSupport
import Testing

@Suite struct ReconnectTests {
    let server: RedisServer
    let log = EventLog()
    let redis: RedisConnection
    let key = RedisServer.uniqueName("key")
    let ping = RedisCommand("PING")

    init() throws {
        server = try RedisServer()
        var configuration = server.configuration
        configuration.clientName = key
        redis = RedisConnection(configuration, onEvent: log.note)
    }

    @Test func workGoesOnAfterTheServerWasKilledAndStarted() async throws {
        let observer = server.connection()
        _ = try await redis.send(ping)
        let blocked = Task { [redis, key] in
            try await redis.sendBlocking(RedisCommand("BLPOP", key, "30"), blockFor: .seconds(30))
        }
        try await waitUntil("the command blocks") { try await observer.isBlocked(key) }
        server.kill9()
        let lost = try await #require(throws: RedisError.self) { try await blocked.value }
        #expect(lost.code == .connectionLost)
        #expect(lost.mayHaveRun)
        let away = try await #require(throws: RedisError.self) { try await redis.send(ping) }
        #expect(away.code == .unreachable)
        #expect(!away.mayHaveRun)

        try server.restart()
        try await waitUntil("requests work again", within: .seconds(5)) {
            do throws(RedisError) {
                return try await redis.send(ping) == .simple("PONG")
            } catch  where error.code == .unreachable {
                return false
            }
        }
        #expect(log.losses == ["closed by the server"])
        #expect(!log.failedDials.isEmpty)
        let outages = log.outages
        #expect(outages.count == 2)
        #expect(outages.first == .some(nil))
        #expect(try #require(outages.last.flatMap { $0 }) > .zero)
    }

    @Test func aRequestDuringTheBackoffWaitsForTheNextAttempt() async throws {
        let configuration = server.configuration
        let slow = ReconnectBackoff(first: .seconds(1), longest: .seconds(1))
        let redis = RedisConnection(configuration, backoff: slow, onEvent: log.note)
        server.kill9()
        await #expect(throws: RedisError.self) { try await redis.send(ping) }
        try server.restart()
        #expect(try await redis.send(ping) == .simple("PONG"))
        #expect(log.failedDials.count == 1)
    }

    @Test func everyoneWhoWaitsFailsAtOnceWhenDiallingFails() async throws {
        server.kill9()
        await withTaskGroup(of: RedisError.Code?.self) { group in
            for _ in 0..<50 {
                group.addTask { [redis, ping] in
                    do throws(RedisError) {
                        _ = try await redis.send(ping)
                        return nil
                    } catch {
                        return error.code
                    }
                }
            }
            for await code in group { #expect(code == .unreachable) }
        }
    }

    @Test func anIdleConnectionThatWasClosedIsReplacedWithoutAFailure() async throws {
        let observer = server.connection()
        let before = try await redis.clientID()
        _ = try await observer.send(RedisCommand("CLIENT", "KILL", "ID", String(before)))
        try await waitUntil("the loss is noticed") { !redis.isConnected }
        #expect(try await redis.clientID() != before)
        #expect(log.outages == [nil, nil])
    }

    @Test func aBlockedClientThatIsToldToGoDialsAnew() async throws {
        let observer = server.connection()
        let before = try await redis.clientID()
        let blocked = Task { [redis, key] in
            try await redis.sendBlocking(RedisCommand("BLPOP", key, "30"), blockFor: .seconds(30))
        }
        try await waitUntil("the command blocks") { try await observer.isBlocked(key) }
        _ = try await observer.send(RedisCommand("CLIENT", "UNBLOCK", String(before), "ERROR"))
        let error = try await #require(throws: RedisError.self) { try await blocked.value }
        #expect(error.reply?.kind == .unblocked)
        #expect(try await redis.clientID() != before)
        #expect(log.losses.first?.hasPrefix("UNBLOCKED") == true)
    }

    @Test func aServerThatBecameAReplicaIsDialledAnew() async throws {
        let before = try await redis.clientID()
        _ = try await redis.send(RedisCommand("REPLICAOF", "127.0.0.1", "1"))
        let replies = try await redis.pipeline([RedisCommand("SET", key, "x"), RedisCommand("ECHO", "behind it")])
        #expect(replies[0].error?.kind == .readOnly)
        #expect(replies[1].string == "behind it")
        #expect(try await redis.clientID() != before)
        _ = try await redis.send(RedisCommand("REPLICAOF", "NO", "ONE"))
        #expect(try await redis.send(RedisCommand("SET", key, "x")) == .simple("OK"))
    }

    @Test func aLostReplyFailsTheRequestAndSaysThatItMayHaveRun() async throws {
        let proxy = try TCPProxy(to: server)
        let through = proxy.connection()
        _ = try await through.send(ping)
        proxy.cutBeforeReply(to: "NEEDLE", occurrence: 2)
        #expect(try await through.send(RedisCommand("RPUSH", key, "NEEDLE")) == .integer(1))
        let error = try await #require(throws: RedisError.self) {
            try await through.send(RedisCommand("RPUSH", key, "NEEDLE"))
        }
        #expect(error.code == .connectionLost)
        #expect(error.mayHaveRun)
        #expect(proxy.cutCount == 1)
        #expect(try await redis.send(RedisCommand("LLEN", key)) == .integer(2))
        #expect(try await through.send(RedisCommand("RPUSH", key, "NEEDLE")) == .integer(3))
    }

    @Test func aProxyThatHangsUpOnTheGreetingCountsAsUnreachable() async throws {
        let proxy = try TCPProxy(to: server)
        server.kill9()
        let error = try await #require(throws: RedisError.self) { try await proxy.connection().send(ping) }
        #expect(error.code == .unreachable)
        #expect(!error.mayHaveRun)
    }
}
