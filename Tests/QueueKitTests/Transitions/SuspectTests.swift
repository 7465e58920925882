import QueueKit
import Testing

/// Jobs that one more lost worker would end run alone among their kind.
@Suite struct SuspectTests {
    /// A queue with suspects b and c, both lost for the second time, and a between them in age.
    private func seeded() async throws -> TestQueue {
        let queue = try TestQueue()
        try await queue.enqueue("b", "c")
        try await queue.claim(2, by: workerB)
        try await queue.seed("HSET R:job:b crash_count 1", "HSET R:job:c crash_count 1")
        try await queue.enqueue("a")
        try await queue.move("b", in: "processing", to: -1)
        try await queue.move("c", in: "processing", to: -1)
        try await queue.allowReap()
        try await queue.claim(0)
        return queue
    }

    @Test func aWorkerGetsOneAtATimeAndBeforeAllOthers() async throws {
        let queue = try await seeded()
        #expect(try await queue.claim(5).ids == ["b", "a"])
        #expect(try await queue.claim(5, number: 2, maySuspect: false).ids.isEmpty)
        #expect(try await queue.claim(5, by: workerB, number: 2).ids == ["c"])
        try await queue.checkI1()
    }

    @Test func whatAHostLosesForTheFirstTimeRunsAsFastAsAnythingElse() async throws {
        let queue = try TestQueue()
        let lost = (0..<60).map { "lost\($0)" }
        for id in lost { try await queue.enqueue(id) }
        try await queue.claim(60, by: workerB)
        try await queue.enqueue("later")
        for id in lost { try await queue.move(id, in: "processing", to: -1) }
        try await queue.allowReap()
        #expect(Set(try await queue.claim(60, maySuspect: false).ids) == Set(lost))
        try await queue.checkI1()
    }

    @Test(arguments: [(1, 2, true), (1, 3, false), (2, 3, true), (1, 9, false), (8, 9, true)] as [(Int, Int, Bool)])
    func itIsOneOnceASingleFurtherCrashWouldEndIt(_ crashes: Int, _ limit: Int, _ isSuspect: Bool) async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a")
        try await queue.claim(1, by: workerB)
        try await queue.seed("HSET R:job:a crash_count \(crashes - 1)")
        try await queue.move("a", in: "processing", to: -1)
        try await queue.allowReap()
        var configuration = QueueConfiguration()
        configuration.maxCrashes = limit
        _ = try await queue.queue.claim(
            ClaimRequest(worker: workerA, number: 1, slots: 0, configuration: configuration)
        )
        #expect(try await queue.queue.job(id("a"))?.isSuspect == isSuspect)
        #expect(try await queue.send("LLEN", "R:suspects").int == (isSuspect ? 1 : 0))
        try await queue.checkI1()
    }

    @Test func aWorkerThatRunsOneGetsNone() async throws {
        let queue = try await seeded()
        #expect(try await queue.claim(5, maySuspect: false).ids == ["a"])
        try await queue.expect(
            """
            attempts:b: [{"error":"the worker b-2-y was lost while the job ran","finished_at":<now>,"outcome":"crashed","reason":"crash","run":1,"started_at":<now>,"token":"b-2-y.1","waited_ms":<ms>}]
            attempts:c: [{"error":"the worker b-2-y was lost while the job ran","finished_at":<now>,"outcome":"crashed","reason":"crash","run":1,"started_at":<now>,"token":"b-2-y.1","waited_ms":<ms>}]
            counts: enqueued_total 3, pending 2, processing 1, recovered_total 2
            job:a: command true, created_at <now>, max_retries 3, priority 5, request <ulid>, run 1, started_at <now>, state processing, token a-1-x.1, waited_ms <ms>
            job:b: command true, crash_count 2, created_at <now>, error the worker b-2-y was lost while the job ran, max_retries 3, priority 5, reason crash, request <ulid>, run 1, state pending, suspect 1, updated_at <now>
            job:c: command true, crash_count 2, created_at <now>, error the worker b-2-y was lost while the job ran, max_retries 3, priority 5, reason crash, request <ulid>, run 1, state pending, suspect 1, updated_at <now>
            meta: reaped_at <now>, schema 1
            processing: a +30s
            suspects: [b, c]
            worker:a-1-x: jobs a, request 1
            worker:b-2-y: jobs b c, request 1
            """
        )
    }

    @Test func oneThatFailsWaitsAsASuspectAgain() async throws {
        let queue = try await seeded()
        try await queue.claim(1)
        try await queue.settle("b", .retry(after: .zero))
        #expect(try await queue.claim(5, number: 2, maySuspect: false).ids == ["a"])
        try await queue.checkI1()
    }

    @Test func aSuspectCanBeCancelled() async throws {
        let queue = try await seeded()
        #expect(try await queue.queue.cancel([id("b")]) == [.done(.cancelled)])
        #expect(try await queue.claim(1).ids == ["c"])
        try await queue.checkI1()
    }
}
