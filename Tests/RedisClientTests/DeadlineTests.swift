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
        #expect(ContinuousClock.now - start < .seconds(8))
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
        #expect(ContinuousClock.now - start < .seconds(8))
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

    @Test func onlyRequestsThatWereWrittenFailWhenTheConnectionIsDropped() async throws {
        _ = try await redis.send(ping)
        proxy.freeze()
        // Together more than all buffers between here and the frozen proxy hold: some get through, one is cut
        // in two, and the rest wait, partly in this process's own buffer.
        var push = RedisCommand("RPUSH", key)
        push.append([UInt8](repeating: 0x61, count: 40_000))
        let count = 200
        let outcomes = Mutex<[Int: Request.Outcome]>([:])
        for number in 0..<count {
            let request = redis.request([push], timeout: number == 0 ? .milliseconds(300) : .seconds(30))
            #expect(request.begin { outcome in outcomes.withLock { $0[number] = outcome } })
            redis.core.submit(request)
        }
        try await waitUntil("the first fails") { outcomes.withLock { $0[0] != nil } }
        proxy.resume()
        try await waitUntil("all have ended") { outcomes.withLock { $0.count == count } }

        let failures = (0..<count).compactMap { number in
            outcomes.withLock { if case .failure(let error) = $0[number] { error } else { nil } }
        }
        #expect(failures.allSatisfy { $0.mayHaveRun })
        #expect(failures.map(\.code) == [.timedOut] + Array(repeating: .connectionLost, count: failures.count - 1))
        // Those that failed are those that the server got, and the one that was cut in two.
        let observer = try RedisServer.shared().connection()
        try await waitUntil("the server has what was on its way") {
            try await observer.send(RedisCommand("LLEN", key)).int.map { Int($0) } == count - 1
        }
        #expect(failures.count > 1 && failures.count < count)
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
