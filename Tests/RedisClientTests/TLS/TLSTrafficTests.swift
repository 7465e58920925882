import RedisClient
import Synchronization
import TestSupport
import Testing

/// What goes over a secured connection, and how it ends.
@Suite(.timeLimit(.minutes(3))) struct TLSTrafficTests {
    let secured: SecuredServer
    let redis: RedisConnection
    let log = EventLog()

    init() throws {
        secured = try SecuredServer()
        redis = RedisConnection(secured.configuration(), onEvent: log.note)
    }

    private final class Failures: Sendable {
        let errors = Mutex<[RedisError]>([])
    }

    private static func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) } }

    /// Around the size of a record, and of what is read at once; and beyond all buffers on the way.
    @Test(arguments: [0, 1, 16_383, 16_384, 16_385, 65_536 - 13, 65_536, 1 << 20, 16 << 20])
    func repliesOfAllSizesComeBackUnchanged(size: Int) async throws {
        let body = Self.bytes(size)
        var echo = RedisCommand("ECHO")
        echo.append(body)
        #expect(try await redis.send(echo, timeout: .seconds(60)) == .bulk(body))
        let replies = try await redis.pipeline([echo, RedisCommand("PING"), echo], timeout: .seconds(60))
        #expect(replies == [.bulk(body), .simple("PONG"), .bulk(body)])
    }

    @Test func aThousandCallersEachGetTheirOwnReply() async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<1000 {
                group.addTask { [redis] in
                    try await redis.send(RedisCommand("ECHO", "\(number)")).string == "\(number)"
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }

    /// More replies in one go than are read before others get their turn: none is left lying in the session.
    @Test func nothingIsLeftWaitingInTheSession() async throws {
        let body = String(repeating: "x", count: 1000)
        for _ in 0..<20 {
            let commands = Array(repeating: RedisCommand("ECHO", body), count: 5000)
            let replies = try await redis.pipeline(commands, timeout: .seconds(30))
            #expect(replies.count == 5000 && replies.allSatisfy { $0.string == body })
        }
        #expect(log.losses.isEmpty)
    }

    @Test func whatBlocksWaitsAndIsAnswered() async throws {
        let empty = try await redis.sendBlocking(
            RedisCommand("BLPOP", "list", "0.05"),
            blockFor: .milliseconds(50)
        )
        #expect(empty.isNull)
        let blocked = Task { [redis] in
            try await redis.sendBlocking(RedisCommand("BLPOP", "list", "30"), blockFor: .seconds(30))
        }
        let observer = secured.server.connection()
        try await waitUntil("it blocks") {
            try await observer.send(RedisCommand("INFO", "clients")).string?.contains("blocked_clients:1") == true
        }
        _ = try await observer.send(RedisCommand("RPUSH", "list", "a"))
        #expect(try await blocked.value.array?.last?.string == "a")
    }

    @Test func messagesArriveAndAgainAfterALoss() async throws {
        let subscription = try RedisSubscription(secured.configuration(), channels: ["news"])
        var events = subscription.messages.makeAsyncIterator()
        let publisher = secured.server.connection()
        for round in 0..<5 {
            #expect(await events.next() == .subscribed)
            _ = try await publisher.send(RedisCommand("PUBLISH", "news", "\(round)"))
            #expect(await events.next() == .message(channel: "news", payload: Array("\(round)".utf8)))
            #expect(try await publisher.send(RedisCommand("CLIENT", "KILL", "TYPE", "pubsub")) == .integer(1))
        }
    }

    @Test func aServerThatSaysNothingIsGivenUpAtTheDeadline() async throws {
        let proxy = try TCPProxy(to: secured)
        proxy.freeze()
        var configuration = secured.configuration()
        configuration.address = proxy.configuration.address
        configuration.connectTimeout = .milliseconds(300)
        let patient = RedisConnection(configuration)
        let start = ContinuousClock.now
        let error = try await #require(throws: RedisError.self) { try await patient.send(RedisCommand("PING")) }
        #expect(error.code == .unreachable && !error.mayHaveRun)
        #expect(error.cause.contains("did not answer within 0.3 seconds; if it does not speak TLS there"))
        #expect(ContinuousClock.now - start < .seconds(8))
        proxy.resume()
        #expect(try await patient.send(RedisCommand("PING")) == .simple("PONG"))
        // In the middle of a handshake whoever waits can go.
        proxy.cut()
        proxy.freeze()
        let waiting = Task { try await patient.send(RedisCommand("PING")) }
        try await Task.sleep(for: .milliseconds(20))
        waiting.cancel()
        await #expect(throws: RedisError.self) { try await waiting.value }
        patient.close()
    }

    /// Before, in and behind the header of a record, in the handshake and after it.
    @Test(arguments: [1, 4, 5, 6, 100, 1000]) func aConnectionCutInARecordIsReplaced(after count: Int) async throws {
        let proxy = try TCPProxy(to: secured)
        var configuration = secured.configuration()
        configuration.address = proxy.configuration.address
        let through = RedisConnection(configuration)
        proxy.cutAnswer(after: count)
        await #expect(throws: RedisError.self) { try await through.send(RedisCommand("PING")) }
        #expect(proxy.cutCount == 1)
        #expect(try await through.send(RedisCommand("PING")) == .simple("PONG"))
        _ = try await through.send(RedisCommand("SET", "n", "0"))
        proxy.cutAnswer(after: count)
        let echo = RedisCommand("ECHO", String(repeating: "x", count: 20_000))
        let error = try await #require(throws: RedisError.self) {
            try await through.pipeline([RedisCommand("INCR", "n"), echo])
        }
        #expect(error.code == .connectionLost && error.mayHaveRun, "\(error)")
        #expect(try await through.send(RedisCommand("GET", "n")).string == "1")
    }

    @Test func onlyRequestsThatWereWrittenFailWhenTheConnectionIsDropped() async throws {
        let proxy = try TCPProxy(to: secured)
        var configuration = secured.configuration()
        configuration.address = proxy.configuration.address
        let through = RedisConnection(configuration)
        _ = try await through.send(RedisCommand("PING"))
        proxy.freeze()
        let body = String(repeating: "a", count: 40_000)
        let failed = Failures()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    do throws(RedisError) {
                        let limit = Duration.milliseconds(number == 0 ? 400 : 30_000)
                        _ = try await through.send(RedisCommand("RPUSH", "list", body), timeout: limit)
                    } catch {
                        failed.errors.withLock { $0.append(error) }
                    }
                }
            }
            group.addTask {
                try? await waitUntil("the first fails") { failed.errors.withLock { !$0.isEmpty } }
                proxy.resume()
            }
        }
        let failures = failed.errors.withLock { $0 }
        #expect(!failures.isEmpty && failures.count < 200 && failures.allSatisfy { $0.mayHaveRun })
        // Each was pushed once but those that failed, of which the server has what was on its way.
        let length = Int(try await secured.server.connection().send(RedisCommand("LLEN", "list")).int ?? 0)
        #expect((200 - failures.count...200).contains(length), "\(length) pushed, \(failures.count) failed")
    }

    @Test func newCertificatesAreUsedByTheNextConnection() async throws {
        let own = try secured.authority.issue(to: "worker", for: [])
        let admin = secured.server.connection()
        _ = try await admin.send(RedisCommand("CONFIG", "SET", "tls-auth-clients", "yes"))
        let client = RedisConnection(secured.configuration(as: own))
        _ = try await client.send(RedisCommand("PING"))
        // Another authority, for both sides.
        let next = try TestAuthority("Next CA")
        try TestAuthority.replace(secured.certificate, by: next.issue())
        try TestAuthority.replace(own, by: next.issue(to: "worker", for: []))
        try TestAuthority.replace(secured.authority.file, by: next.file)
        _ = try await admin.send(
            RedisCommand("CONFIG", "SET", "tls-cert-file", secured.certificate.certificate)
        )
        _ = try await admin.send(RedisCommand("CLIENT", "KILL", "TYPE", "normal"))
        try await waitUntil("the loss is noticed") { !client.isConnected }
        #expect(try await client.send(RedisCommand("PING")) == .simple("PONG"))
    }
}
