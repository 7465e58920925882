import RedisClient
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct SubscriptionTests {
    let server: RedisServer
    let publisher: RedisConnection
    let log = EventLog()

    init() throws {
        server = try RedisServer()
        publisher = server.connection()
    }

    private func subscribe(_ configuration: RedisConfiguration? = nil) throws -> RedisSubscription {
        try RedisSubscription(configuration ?? server.configuration, channels: ["a", "b"], onEvent: log.note)
    }

    private func publish(_ channel: String, _ payload: [UInt8]) async throws -> Int64? {
        var command = RedisCommand("PUBLISH", channel)
        command.append(payload)
        return try await publisher.send(command).int
    }

    @Test func messagesOfAllChannelsArriveInOrderAndUnchanged() async throws {
        let subscription = try subscribe()
        var events = subscription.messages.makeAsyncIterator()
        #expect(await events.next() == .subscribed)
        #expect(try await publish("a", [0, 0xFF, 0x0D, 0x0A]) == 1)
        #expect(try await publish("b", []) == 1)
        #expect(try await publish("c", [1]) == 0)
        #expect(await events.next() == .message(channel: "a", payload: [0, 0xFF, 0x0D, 0x0A]))
        #expect(await events.next() == .message(channel: "b", payload: []))
    }

    @Test func aKilledSubscriptionSubscribesAgainAndSaysSo() async throws {
        let subscription = try subscribe()
        var events = subscription.messages.makeAsyncIterator()
        for round in 0..<5 {
            #expect(await events.next() == .subscribed)
            _ = try await publish("a", [UInt8(round)])
            #expect(await events.next() == .message(channel: "a", payload: [UInt8(round)]))
            #expect(try await publisher.send(RedisCommand("CLIENT", "KILL", "TYPE", "pubsub")) == .integer(1))
        }
        #expect(await events.next() == .subscribed)
        #expect(log.losses.count == 5)
    }

    @Test func aSubscriptionOutlivesTheServer() async throws {
        let subscription = try subscribe()
        var events = subscription.messages.makeAsyncIterator()
        #expect(await events.next() == .subscribed)
        server.kill9()
        try await waitUntil("it has tried again") { !log.failedDials.isEmpty }
        try server.restart()
        #expect(await events.next() == .subscribed)
        #expect(log.outages.count == 2)
        #expect(try #require(log.outages[1]) > .zero)
    }

    @Test func aSubscriptionStartsBeforeItsServer() async throws {
        server.kill9()
        let subscription = try subscribe()
        var events = subscription.messages.makeAsyncIterator()
        try await waitUntil("it has tried") { !log.failedDials.isEmpty }
        try server.restart()
        #expect(await events.next() == .subscribed)
    }

    @Test func aSilentPeerIsNoticed() async throws {
        let proxy = try TCPProxy(to: server)
        var configuration = proxy.configuration
        configuration.commandTimeout = .milliseconds(300)
        let subscription = try subscribe(configuration)
        var events = subscription.messages.makeAsyncIterator()
        #expect(await events.next() == .subscribed)
        // A healthy peer that has nothing to say is asked, and kept.
        try await waitUntil("it was asked some times") {
            let stats = try await publisher.send(RedisCommand("INFO", "commandstats")).string ?? ""
            return stats.contains("cmdstat_ping:calls=") && !stats.contains("cmdstat_ping:calls=1,")
                && !stats.contains("cmdstat_ping:calls=2,") && !stats.contains("cmdstat_ping:calls=3,")
        }
        #expect(proxy.connectionCount == 1)
        proxy.freeze()
        try await waitUntil("the silence is noticed") { log.losses == ["it fell silent"] }
        proxy.resume()
        #expect(await events.next() == .subscribed)
        #expect(try await publish("a", [1]) == 1)
        #expect(await events.next() == .message(channel: "a", payload: [1]))
    }

    @Test func aSlowConsumerLosesTheOldestAndIsToldToLookAgain() async throws {
        let subscription = try subscribe()
        var events = subscription.messages.makeAsyncIterator()
        #expect(await events.next() == .subscribed)
        for _ in 0..<30 {
            _ = try await publisher.pipeline(Array(repeating: RedisCommand("PUBLISH", "a", "x"), count: 100))
        }
        _ = try await publish("b", [])
        var counts = (messages: 0, looks: 0)
        while let event = await events.next() {
            if event == .message(channel: "b", payload: []) { break }
            if event == .subscribed { counts.looks += 1 } else { counts.messages += 1 }
        }
        #expect(counts.messages <= 3000)
        if counts.messages < 3000, counts.looks == 0 {
            // The last message came in the same read as some that were thrown away.
            #expect(await events.next() == .subscribed)
        }
    }

    @Test func closingEndsTheStreamAndTheServerSeesItGo() async throws {
        let subscription = try subscribe()
        var events = subscription.messages.makeAsyncIterator()
        #expect(await events.next() == .subscribed)
        subscription.close()
        subscription.close()
        #expect(await events.next() == nil)
        try await waitUntil("the server has no subscriber") {
            try await publisher.send(RedisCommand("PUBSUB", "NUMSUB", "a")).array?.last?.int == 0
        }
    }

    @Test func droppingASubscriptionEndsIt() async throws {
        var subscription: RedisSubscription? = try subscribe()
        var events = try #require(subscription).messages.makeAsyncIterator()
        #expect(await events.next() == .subscribed)
        subscription = nil
        #expect(await events.next() == nil)
    }
}
