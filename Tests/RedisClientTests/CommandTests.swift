import RedisClient
import TestSupport
import Testing

@Suite struct CommandTests {
    let server: RedisServer
    let redis: RedisConnection
    let key = RedisServer.uniqueName("key")

    init() throws {
        server = try RedisServer.shared()
        redis = server.connection()
    }

    @Test func aReplyComesBack() async throws {
        #expect(try await redis.send(RedisCommand("PING")) == .simple("PONG"))
    }

    @Test func manyCallersEachGetTheirOwnReply() async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<1000 {
                group.addTask { [redis] in
                    let first = try await redis.send(RedisCommand("ECHO", "a\(number)"))
                    let both = try await redis.pipeline([
                        RedisCommand("ECHO", "b\(number)"), RedisCommand("ECHO", "c\(number)"),
                    ])
                    return first.string == "a\(number)" && both.map(\.string) == ["b\(number)", "c\(number)"]
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }

    @Test func aScriptRunsAgainAfterTheServerForgotIt() async throws {
        let server = try RedisServer()
        let redis = server.connection()
        let script = RedisScript(name: "echo", source: "#!lua\nreturn {KEYS[1], ARGV[1], ARGV[2]}")
        for _ in 0..<3 {
            let reply = try await redis.run(script, keys: ["k"], arguments: ["text", 7])
            #expect(reply == .array([.bulk(Array("k".utf8)), .bulk(Array("text".utf8)), .bulk(Array("7".utf8))]))
            _ = try await redis.send(RedisCommand("SCRIPT", "FLUSH"))
        }
    }

    @Test func aBlockingCommandReturnsWhatIsPushed() async throws {
        let waiter = server.connection()
        async let popped = waiter.sendBlocking(RedisCommand("BLPOP", key, "5"), blockFor: .seconds(5))
        _ = try await redis.send(RedisCommand("LPUSH", key, "x"))
        #expect(try await popped.array?.last?.string == "x")
    }
}
