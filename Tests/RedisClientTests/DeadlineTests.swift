import Synchronization
import TestSupport
import Testing

@testable import RedisClient

@Suite struct DeadlineTests {
    let proxy: TCPProxy
    let redis: RedisConnection
    let ping = RedisCommand("PING")
    let key = RedisServer.uniqueName("deadline")

    init() throws {
        let server = try RedisServer.shared()
        proxy = try TCPProxy(to: server)
        var configuration = proxy.configuration
        configuration.blockingMargin = .milliseconds(200)
        configuration.clientName = key
        redis = RedisConnection(configuration)
    }

    @Test func aCommandWithoutAnAnswerTimesOutAndTheConnectionIsReplaced() async throws {
        _ = try await redis.send(ping)
        proxy.freeze()
        let start = ContinuousClock.now
        let error = try await #require(throws: RedisError.self) {
            try await redis.send(RedisCommand("INCR", key), timeout: .milliseconds(200))
        }
        #expect(error.code == .timedOut)
        #expect(error.mayHaveRun)
        #expect(ContinuousClock.now - start >= .milliseconds(200))
        #expect(ContinuousClock.now - start < .seconds(2))
        try await waitUntil("the connection is dropped") { !redis.isConnected }
        proxy.resume()
        #expect(try await redis.send(ping) == .simple("PONG"))
        #expect(proxy.connectionCount == 2)
    }

    @Test func aBlockingReadThatNeverReturnsIsGivenUp() async throws {
        _ = try await redis.send(ping)
        proxy.freeze()
        let start = ContinuousClock.now
        let error = try await #require(throws: RedisError.self) {
            try await redis.sendBlocking(RedisCommand("BLPOP", key, "0.1"), blockFor: .milliseconds(100))
        }
        #expect(error.code == .timedOut)
        #expect(ContinuousClock.now - start >= .milliseconds(300))
        #expect(ContinuousClock.now - start < .seconds(2))
        proxy.resume()
        #expect(try await redis.send(ping) == .simple("PONG"))
        #expect(proxy.connectionCount == 2)
    }

    @Test func aCommandBehindABlockTimesOutAloneAndTheBlockGoesOn() async throws {
        let observer = try RedisServer.shared().connection()
        let blocked = Task { [redis, key] in
            try await redis.sendBlocking(RedisCommand("BLPOP", key, "30"), blockFor: .seconds(30))
        }
        try await waitUntil("the command blocks") { try await observer.isBlocked(key) }
        let error = try await #require(throws: RedisError.self) {
            try await redis.send(ping, timeout: .milliseconds(100))
        }
        #expect(error.code == .timedOut)
        _ = try await observer.send(RedisCommand("RPUSH", key, "x"))
        #expect(try await blocked.value.array?.last?.string == "x")
        #expect(try await redis.send(RedisCommand("ECHO", "later")).string == "later")
        #expect(proxy.connectionCount == 1)
    }

    @Test func aRequestThatWasNotWrittenIsSentOnTheNextConnection() async throws {
        _ = try await redis.send(ping)
        proxy.freeze()
        var large = RedisCommand("SET", key)
        // More than all buffers between here and the frozen proxy hold.
        large.append([UInt8](repeating: 0x61, count: 16_000_000))
        let outcomes = Mutex<[String: Request.Outcome]>([:])
        let stuck = redis.request([large], timeout: .milliseconds(300))
        let behind = redis.request([RedisCommand("ECHO", "still here")], timeout: .seconds(10))
        for (name, request) in [("stuck", stuck), ("behind", behind)] {
            #expect(request.begin { outcome in outcomes.withLock { $0[name] = outcome } })
            redis.core.submit(request)
        }
        try await waitUntil("the large one fails") { outcomes.withLock { $0["stuck"] != nil } }
        proxy.resume()
        try await waitUntil("the other one is answered") { outcomes.withLock { $0["behind"] != nil } }
        let (first, second) = outcomes.withLock { ($0["stuck"], $0["behind"]) }
        let error = try #require(throws: RedisError.self) { try first?.get() }
        #expect(error.code == .timedOut)
        #expect(error.mayHaveRun)
        #expect(try second?.get() == [.bulk(Array("still here".utf8))])
        #expect(proxy.connectionCount == 2)
    }

    @Test func aRequestThatWaitsForAServerTooLongFailsAndSaysWhy() async throws {
        let server = try RedisServer()
        let never = ReconnectBackoff(first: .seconds(60), longest: .seconds(60))
        let redis = RedisConnection(server.configuration, backoff: never)
        server.kill9()
        await #expect(throws: RedisError.self) { try await redis.send(ping) }
        let error = try await #require(throws: RedisError.self) {
            try await redis.send(ping, timeout: .milliseconds(100))
        }
        #expect(error.code == .timedOut)
        #expect(!error.mayHaveRun)
        #expect(error.cause.hasPrefix("not connected, "))
    }
}
