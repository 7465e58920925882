import QueueKit
import Testing

/// A fixed key that holds another type: whatever is tried meanwhile, nothing is stranded half-way.
@Suite struct WrongTypeTests {
    /// Every fixed key that a test can take away without losing what stands in it.
    static let keys =
        [
            "incoming", "inbox", "intake", "intake_due", "suspects", "elsewhere", "failed", "dlq", "rejected",
            "completed", "cancelled",
        ]
        + ["workers", "stale", "pending:0", "pending:5", "pending:10", "worker:a-1-x"]

    @Test(arguments: keys)
    func everyTransitionIsDoneOrNotDone(key: String) async throws {
        let queue = try TestQueue()
        // One of each state, none of which stands in the key: priority 3, and scheduled instead of failed.
        for id in ["r1", "r2", "r3", "r4", "r5"] { try await queue.enqueue(id) { $0.priority = 3 } }
        try await queue.claim(5)
        for id in ["w1", "w2", "w3"] { try await queue.enqueue(id) { $0.priority = 3 } }
        for id in ["s1", "s2"] { try await queue.enqueue(id) { $0.delay = .seconds(600) } }
        try await queue.send("DEL", "R:\(key)")
        try await queue.send("SET", "R:\(key)", "x")
        try await queue.move("s1", in: "scheduled", to: -1)
        try await queue.move("r5", in: "processing", to: -1)
        try await queue.allowReap()

        for _ in 1...2 { await queue.tryEverything() }
        if case .text("x")? = try await queue.stored()[key] { try await queue.send("DEL", "R:\(key)") }
        try await queue.checkI1()
        for _ in 1...2 { await queue.tryEverything() }
        try await queue.checkI1()
        #expect(try await queue.send("HGET", "R:counts", "enqueued_total").int ?? 0 >= 10)
    }

    @Test(arguments: ["scheduled", "processing", "counts", "meta"])
    func aKeyThatAClaimNeedsStopsItAndStrandsNothing(key: String) async throws {
        let queue = try TestQueue()
        for id in ["r1", "r2", "r3", "w1"] { try await queue.enqueue(id) }
        try await queue.claim(3)
        try await queue.bring("s2", to: .scheduled)
        try await queue.send("RENAME", "R:\(key)", "R:kept")
        try await queue.send("SET", "R:\(key)", "x")
        let error = await #expect(throws: QueueError.self) { try await queue.claim(1, number: 2) }
        #expect(error?.code == .broken)
        await queue.tryEverything()
        try await queue.send("RENAME", "R:kept", "R:\(key)")
        try await queue.checkI1()
    }

    @Test func otherPrioritiesGoOnWhenOneListIsNone() async throws {
        let queue = try TestQueue()
        for (id, priority) in [("a", 7), ("b", 3)] { try await queue.enqueue(id) { $0.priority = priority } }
        try await queue.seed("SET R:pending:5 x")
        let claim = try await queue.claim(5)
        #expect(claim.ids == ["a", "b"])
        #expect(claim.trouble?.contains("pending:5") == true)
        try await queue.send("DEL", "R:pending:5")
        try await queue.checkI1()
    }
}

extension TestQueue {
    /// Calls each transition, whatever comes of it.
    func tryEverything() async {
        let batch = try? [
            settlement("r1", .completed), settlement("r2", .retry(after: .zero)), settlement("r3", .dead),
            settlement("r4", .released),
        ]
        let calls: [() async throws -> Void] = [
            { try await enqueue("n1", "n2") },
            { try await send("LPUSH", "R:incoming", #"{"command":"x"}"#, "bad") },
            { try await ingest(try await claim(0, by: workerB, number: 90)) },
            {
                let items = try await queue.takeIn()
                let verdicts = items.map { (number: $0.number, verdict: $0.verdict(queue: queue)) }
                _ = try await queue.ingest(verdicts, configuration: configuration)
            },
            {
                guard let push = try await queue.rejected(limit: 1).first else { return }
                _ = try await queue.readmit(push.id, as: newJob("n3"), configuration: configuration)
            },
            { _ = try await queue.settle(batch ?? [], configuration: configuration) },
            { try await settle("r2", .cancelled) },
            { try await renew("r4") },
            { try await ingest(try await claim(1, number: 91)) },
            { try await settle("w1", .retry(after: .zero), number: 91) },
            { try await ingest(try await turn([settlement("r5", .released)], claiming: 1, number: 92).claim) },
            {
                try await ingest(
                    try await turn([settlement("w2", .completed, number: 92)], claiming: 1, number: 93).claim
                )
            },
            { _ = try await queue.cancel(ids(["w2", "s2", "n1"])) },
            { _ = try await queue.retry(ids(["r3"])) },
            { _ = try await queue.delete(ids(["w3", "r1", "n2"])) },
            { try await enqueue("w2", replace: true) },
            { _ = try await queue.retryAll() },
            { _ = try await queue.purge() },
            { _ = try await queue.pause() },
            { _ = try await queue.resume() },
        ]
        for call in calls {
            do { try await call() } catch { continue }
        }
    }
}
