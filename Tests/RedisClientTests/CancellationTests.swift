import RedisClient
import TestSupport
import Testing

@Suite struct CancellationTests {
    let observer: RedisConnection
    let redis: RedisConnection
    let key = RedisServer.uniqueName("cancel")

    init() throws {
        let server = try RedisServer.shared()
        observer = server.connection()
        redis = server.named(key)
    }

    @Test func aCancelledBlockingCommandEndsAtOnceAndFreesTheConnection() async throws {
        let blocked = Task { [redis, key] in
            try await redis.sendBlocking(RedisCommand("BLPOP", key, "30"), blockFor: .seconds(30))
        }
        try await waitUntil("the command blocks") { try await observer.isBlocked(key) }
        let start = ContinuousClock.now
        blocked.cancel()
        let error = try await #require(throws: RedisError.self) { try await blocked.value }
        #expect(error.code == .cancelled)
        #expect(error.mayHaveRun)
        #expect(try await redis.send(RedisCommand("PING")) == .simple("PONG"))
        #expect(ContinuousClock.now - start < .seconds(20))
        try await waitUntil("the server has let go") { try await !observer.isBlocked(key) }
    }

    @Test func aCancelledCommandKeepsItsPlaceAndItsReplyIsThrownAway() async throws {
        // To the connection this is an ordinary command that takes long.
        let slow = Task { [redis, key] in try await redis.send(RedisCommand("BLPOP", key, "30")) }
        try await waitUntil("the command runs") { try await observer.isBlocked(key) }
        slow.cancel()
        let error = try await #require(throws: RedisError.self) { try await slow.value }
        #expect(error.code == .cancelled)
        #expect(error.mayHaveRun)
        async let next = redis.send(RedisCommand("ECHO", "mine"))
        _ = try await observer.send(RedisCommand("RPUSH", key, "not mine"))
        #expect(try await next.string == "mine")
        #expect(try await observer.send(RedisCommand("LLEN", key)) == .integer(0))
    }

    @Test func aCancelledCommandThatWasNotWrittenNeverRuns() async throws {
        let server = try RedisServer()
        let never = ReconnectBackoff(first: .seconds(60), longest: .seconds(60))
        let redis = RedisConnection(server.configuration, backoff: never)
        server.kill9()
        await #expect(throws: RedisError.self) { try await redis.send(RedisCommand("PING")) }
        let waits = Task { [redis, key] in try await redis.send(RedisCommand("INCR", key)) }
        waits.cancel()
        let error = try await #require(throws: RedisError.self) { try await waits.value }
        #expect(error.code == .cancelled)
        #expect(!error.mayHaveRun)
    }

    @Test func aTaskThatWasCancelledBeforeSendsNothing() async throws {
        let task = Task { [redis, key] in
            withUnsafeCurrentTask { $0?.cancel() }
            return try await redis.send(RedisCommand("INCR", key))
        }
        let error = try await #require(throws: RedisError.self) { try await task.value }
        #expect(error.code == .cancelled)
        #expect(!error.mayHaveRun)
        #expect(try await observer.send(RedisCommand("EXISTS", key)) == .integer(0))
    }
}
