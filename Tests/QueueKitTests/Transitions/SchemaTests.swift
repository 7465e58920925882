import QueueKit
import Testing

@Suite struct SchemaTests {
    @Test func aQueueOfANewerReleaseIsLeftAlone() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a")
        try await queue.claim(1)
        try await queue.send("HSET", "R:meta", "schema", "2")
        let before = try await queue.snapshot()
        let calls: [@Sendable () async throws -> Void] = [
            { try await queue.enqueue("b") }, { try await queue.claim(1, number: 2) },
            { try await queue.settle("a", .completed) }, { try await queue.renew("a") },
            { _ = try await queue.queue.cancel([id("a")]) }, { _ = try await queue.queue.retry([id("a")]) },
            { _ = try await queue.queue.retryAll() }, { _ = try await queue.queue.purge() },
            { _ = try await queue.queue.delete([id("a")]) }, { _ = try await queue.queue.pause() },
            { _ = try await queue.queue.ingest([(number: 1, verdict: .reject("x"))], configuration: .init()) },
        ]
        for call in calls {
            let error = await #expect(throws: QueueError.self) { try await call() }
            #expect(error?.code == .newerSchema)
            #expect(error?.description.contains("use a newer queuectl") == true)
        }
        #expect(try await queue.snapshot() == before)
    }
}
