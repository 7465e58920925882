import RedisClient
import TestSupport
import Testing

@testable import QueueKit

@Suite(.timeLimit(.minutes(1))) struct JobWatchTests {
    let server: RedisServer
    let queue: TestQueue

    init() throws {
        server = try RedisServer(RedisServer.Options(appendOnly: true))
        queue = try TestQueue(on: server)
    }

    private var directory: QueueDirectory { QueueDirectory(redis: queue.redis) }

    private func watch(_ ids: String..., lookEvery: Duration = .seconds(30)) throws -> JobWatch {
        let targets = try ids.map { JobWatch.Target(try JobID($0), in: queue.queue.name) }
        return try JobWatch(targets, in: directory, lookEvery: lookEvery)
    }

    @Test func itTellsTheStateAsItIsAndThenEveryMove() async throws {
        try await queue.enqueue("a", "b")
        var events = try watch("a", "b", "gone").events.makeAsyncIterator()
        #expect(try await events.next() == .state(.pending, at: 0))
        #expect(try await events.next() == .state(.pending, at: 1))
        #expect(try await events.next() == .gone(at: 2))
        try await queue.claim(1)
        try await queue.settle("a", .dead)
        _ = try await queue.queue.delete([id("b")])
        #expect(try await events.next() == .state(.processing, at: 0))
        #expect(try await events.next() == .state(.dead, at: 0))
        #expect(try await events.next() == .gone(at: 1))
    }

    @Test func jobsOfSeveralQueuesTakeOneConnection() async throws {
        let other = try TestQueue(on: server)
        try await queue.enqueue("a")
        try await other.enqueue("a")
        let targets = try [queue, other].map { JobWatch.Target(try JobID("a"), in: $0.queue.name) }
        var events = try JobWatch(targets, in: directory).events.makeAsyncIterator()
        #expect(try await events.next() == .state(.pending, at: 0))
        #expect(try await events.next() == .state(.pending, at: 1))
        #expect(try await subscribers() == 1)
        try await other.claim(1)
        #expect(try await events.next() == .state(.processing, at: 1))
    }

    @Test func redisIsAskedOnceHoweverLongItTakes() async throws {
        try await queue.enqueue("a")
        let watch = try watch("a")
        var events = watch.events.makeAsyncIterator()
        #expect(try await events.next() == .state(.pending, at: 0))
        let before = try await reads()
        // How often it asks in this time is what is measured.
        try await Task.sleep(for: .seconds(2))
        #expect(try await reads() == before)
        try await queue.claim(1)
        #expect(try await events.next() == .state(.processing, at: 0))
    }

    @Test func whatHappenedWhileItWasCutOffIsRead() async throws {
        try await queue.enqueue("a")
        var events = try watch("a").events.makeAsyncIterator()
        #expect(try await events.next() == .state(.pending, at: 0))
        // The move and the cut are one step for the server: the message comes after it or never.
        try await queue.send("MULTI")
        try await queue.send("CLIENT", "KILL", "TYPE", "pubsub")
        try await queue.send("HSET", "R:job:a", "state", "completed")
        try await queue.send("EXEC")
        #expect(try await events.next() == .state(.completed, at: 0))
    }

    @Test func anOutageIsToldOnceAndWaitedOut() async throws {
        try await queue.enqueue("a")
        var events = try watch("a").events.makeAsyncIterator()
        #expect(try await events.next() == .state(.pending, at: 0))
        server.kill9()
        guard case .outage = try await events.next() else {
            Issue.record("no outage was told")
            return
        }
        try server.restart()
        #expect(try await events.next() == .restored)
        try await queue.claim(1)
        #expect(try await events.next() == .state(.processing, at: 0))
    }

    @Test func whatNobodyToldIsFoundByLooking() async throws {
        try await queue.enqueue("a")
        var events = try watch("a", lookEvery: .milliseconds(50)).events.makeAsyncIterator()
        #expect(try await events.next() == .state(.pending, at: 0))
        try await queue.send("HSET", "R:job:a", "state", "completed")
        #expect(try await events.next() == .state(.completed, at: 0))
    }

    @Test func whoStopsListeningClosesIt() async throws {
        try await queue.enqueue("a")
        do {
            let watch = try watch("a")
            for try await _ in watch.events { break }
            watch.close()
        }
        try await waitUntil("nobody is subscribed") { try await subscribers() == 0 }
        do {
            var events: AsyncThrowingStream<JobWatch.Event, any Error>? = try watch("a").events
            for try await _ in try #require(events) { break }
            #expect(try await subscribers() == 1)
            events = nil
        }
        try await waitUntil("nobody is subscribed") { try await subscribers() == 0 }
    }

    @Test func whatRedisRefusesEndsIt() async throws {
        try await queue.send("SET", "R:job:a", "no job")
        await #expect(throws: QueueError.self) {
            for try await _ in try watch("a").events {}
        }
    }

    private func subscribers() async throws -> Int {
        let list = try await queue.redis.send(RedisCommand("CLIENT", "LIST", "TYPE", "pubsub")).string ?? ""
        return list.split(separator: "\n").count
    }

    /// How often clients have read a field of a hash.
    private func reads() async throws -> String? {
        let stats = try await queue.redis.send(RedisCommand("INFO", "commandstats")).string ?? ""
        return stats.split(separator: "\r\n").first { $0.hasPrefix("cmdstat_hget:") }?.prefix { $0 != "," }.description
    }
}
