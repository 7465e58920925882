import RedisClient
import TestSupport
import Testing

@Suite struct ReplyTests {
    let redis: RedisConnection
    let key = RedisServer.uniqueName("reply")

    init() throws {
        redis = try RedisServer.shared().connection()
    }

    static let bodies: [[UInt8]] = [
        [], [0], Array("\r\n".utf8), Array("$5\r\nhello\r\n".utf8), Array(0...255), Array("ünïcödé".utf8),
    ]

    @Test(arguments: bodies)
    func anyBytesComeBackUnchanged(_ body: [UInt8]) async throws {
        var set = RedisCommand("SET", key)
        set.append(body)
        #expect(try await redis.send(set) == .simple("OK"))
        #expect(try await redis.send(RedisCommand("GET", key)) == .bulk(body))
    }

    @Test func fiveMegabytesComeBackUnchanged() async throws {
        let body = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var echo = RedisCommand("ECHO")
        echo.append(body)
        // Together they exceed every buffer on the way, in both directions.
        let replies = try await redis.pipeline(Array(repeating: echo, count: 6))
        #expect(replies.count == 6)
        #expect(replies.allSatisfy { $0 == .bulk(body) })
    }

    @Test func nestedRepliesKeepTheirShape() async throws {
        let source = "return {1, {-2, {'x', {}}}, false, redis.status_reply('FINE'), redis.error_reply('MINE no')}"
        let reply = try await redis.send(RedisCommand("EVAL", source, "0"))
        #expect(
            reply
                == .array([
                    .integer(1), .array([.integer(-2), .array([.bulk([0x78]), .array([])])]), .null,
                    .simple("FINE"), .error(RedisReplyError(message: "MINE no")),
                ])
        )
    }

    @Test func aMissingKeyAndATimedOutListAreNull() async throws {
        #expect(try await redis.send(RedisCommand("GET", key)).isNull)
        #expect(try await redis.send(RedisCommand("BLPOP", key, "0.01")).isNull)
    }

    @Test func accessorsReadWhatFits() {
        #expect(RESPValue.integer(-5).int == -5)
        #expect(RESPValue.integer(-5).string == "-5")
        #expect(RESPValue.bulk(Array("42".utf8)).int == 42)
        #expect(RESPValue.bulk(Array("4x".utf8)).int == nil)
        #expect(RESPValue.simple("OK").bytes == Array("OK".utf8))
        #expect(RESPValue.bulk([0x61, 0xFF]).string == "a\u{FFFD}")
        #expect(RESPValue.null.string == nil && RESPValue.null.bytes == nil && RESPValue.null.array == nil)
        #expect(RESPValue.array([.null]).array == [.null])
    }

    @Test func argumentsOfAllKindsArrive() async throws {
        var arguments: RedisArguments = ["text", 7, .bytes([0, 1])]
        arguments.append(Int64.min)
        arguments.append(contentsOf: RedisArguments(["a", ""]))
        #expect(arguments.count == 6)
        _ = try await redis.send(RedisCommand("RPUSH", arguments: [.string(key)] + arguments))
        let reply = try await redis.send(RedisCommand("LRANGE", key, "0", "-1"))
        #expect(
            reply.array?.map(\.bytes) == [
                Array("text".utf8), Array("7".utf8), [0, 1], Array("-9223372036854775808".utf8), Array("a".utf8), [],
            ]
        )
    }
}

extension RedisArguments {
    fileprivate static func + (one: RedisArguments, other: RedisArguments) -> RedisArguments {
        var sum = one
        sum.append(contentsOf: other)
        return sum
    }
}
