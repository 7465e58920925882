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

    @Test func nothingIsDialledBeforeTheFirstRequest() async throws {
        #expect(!redis.isConnected)
        #expect(try await redis.send(RedisCommand("PING")) == .simple("PONG"))
        #expect(redis.isConnected)
    }

    @Test func aThousandCallersEachGetTheirOwnReply() async throws {
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

    @Test func nothingComesBetweenTheCommandsOfAPipeline() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<100 {
                group.addTask { [redis, key] in
                    let commands = (0..<5).map { RedisCommand("RPUSH", key, "\(number).\($0)") }
                    _ = try await redis.pipeline(commands)
                }
            }
            try await group.waitForAll()
        }
        let order = try await redis.send(RedisCommand("LRANGE", key, "0", "-1")).array?.compactMap(\.string) ?? []
        #expect(order.count == 500)
        for start in stride(from: 0, to: order.count, by: 5) {
            let number = order[start].split(separator: ".")[0]
            #expect(order[start..<(start + 5)] == (0..<5).map { "\(number).\($0)" }[...])
        }
    }

    @Test func anErrorReplyIsThrownBySendAndAValueInAPipeline() async throws {
        let error = try await #require(throws: RedisError.self) { try await redis.send(RedisCommand("NOSUCH")) }
        #expect(error.code == .reply)
        #expect(error.command == "NOSUCH")
        #expect(!error.mayHaveRun)
        #expect(error.reply?.message.hasPrefix("ERR unknown command") == true)

        let replies = try await redis.pipeline([
            RedisCommand("SET", key, "x"), RedisCommand("INCR", key), RedisCommand("GET", key),
        ])
        #expect(replies.map(\.string) == ["OK", nil, "x"])
        #expect(replies[1].error != nil)
        #expect(try await redis.pipeline([]) == [])
    }

    @Test func aBlockingCommandReturnsWhatIsPushed() async throws {
        let waiter = server.connection()
        async let popped = waiter.sendBlocking(RedisCommand("BLPOP", key, "5"), blockFor: .seconds(5))
        _ = try await redis.send(RedisCommand("LPUSH", key, "x"))
        #expect(try await popped.array?.last?.string == "x")
    }

    @Test func aThreadCanWaitForAReply() async throws {
        let script = RedisScript(name: "sum", source: "#!lua\nreturn ARGV[1] + ARGV[2]")
        let outcome: Result<[RESPValue], any Error> = try await withCheckedThrowingContinuation { continuation in
            do {
                try OwnThread.start(name: "test-caller") { [redis] in
                    continuation.resume(
                        returning: Result {
                            let single = try redis.sendAndWait(RedisCommand("ECHO", "one"))
                            let many = try redis.pipelineAndWait([RedisCommand("ECHO", "two"), RedisCommand("NOSUCH")])
                            let scripted = try redis.runAndWait(script, keys: [], arguments: [3, 4])
                            return [single, many[0], scripted]
                        }
                    )
                }
            } catch {
                continuation.resume(throwing: error)
            }
        }
        #expect(try outcome.get().map(\.string) == ["one", "two", "7"])
    }

    @Test func aClosedConnectionFailsWhatWaitsAndWhatComesLater() async throws {
        let closing = server.named(key)
        let blocked = Task { [key] in
            try await closing.sendBlocking(RedisCommand("BLPOP", key, "30"), blockFor: .seconds(30))
        }
        try await waitUntil("the command blocks") { try await redis.isBlocked(key) }
        closing.close()
        closing.close()
        let error = try await #require(throws: RedisError.self) { try await blocked.value }
        #expect(error.code == .closed)
        let late = try await #require(throws: RedisError.self) { try await closing.send(RedisCommand("PING")) }
        #expect(late.code == .closed)
        #expect(!late.mayHaveRun)
    }
}
