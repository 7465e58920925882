import RedisClient
import TestSupport
import Testing

/// The fixtures are held to what they promise, since other tests believe them.
@Suite struct FixtureTests {
    let ping = RedisCommand("PING")

    @Test(arguments: [false, true])
    func aProxyPassesOnRefusesAndTakesAgain(_ tcp: Bool) async throws {
        let proxy = try TCPProxy(to: RedisServer.shared(), tcp: tcp)
        let redis = proxy.connection()
        #expect(try await redis.send(ping) == .simple("PONG"))
        proxy.refuse()
        try await waitUntil("the loss is noticed") { !redis.isConnected }
        let error = try await #require(throws: RedisError.self) { try await redis.send(ping) }
        #expect(error.code == .unreachable)
        try proxy.accept()
        #expect(try await redis.send(ping) == .simple("PONG"))
        proxy.cut()
        try await waitUntil("the cut is noticed") { !redis.isConnected }
        #expect(try await redis.send(ping) == .simple("PONG"))
        #expect(proxy.connectionCount == 3)
    }

    @Test func aServerKeepsItsDataOverACrashWithAnAppendOnlyFile() async throws {
        let server = try RedisServer(.init(appendOnly: true))
        let redis = server.connection()
        _ = try await redis.send(RedisCommand("SET", "k", "v"))
        let before = server.pid
        try server.restart()
        #expect(server.pid != before)
        #expect(try await server.connection().send(RedisCommand("GET", "k")).string == "v")
    }

    @Test func aServerThatCannotStartSaysWhy() throws {
        let error = try #require(throws: FixtureError.self) {
            try RedisServer(.init(configuration: ["no-such-setting 1"]))
        }
        #expect("\(error)".contains("no-such-setting"))
    }
}
