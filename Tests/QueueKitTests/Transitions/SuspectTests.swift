import QueueKit
import Testing

/// Jobs that have taken a worker down run alone among their kind.
@Suite struct SuspectTests {
    /// A queue with suspects b and c, and a between them in age.
    private func seeded() async throws -> TestQueue {
        let queue = try TestQueue()
        try await queue.enqueue("b", "c")
        try await queue.claim(2, by: workerB)
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

    @Test func aWorkerThatRunsOneGetsNone() async throws {
        let queue = try await seeded()
        #expect(try await queue.claim(5, maySuspect: false).ids == ["a"])
        try await queue.expect(
            """
            attempts:b: [{"error":"the worker b-2-y was lost while the job ran","finished_at":<now>,"outcome":"crashed","reason":"crash","run":1,"started_at":<now>,"token":"b-2-y.1","waited_ms":<ms>}]
            attempts:c: [{"error":"the worker b-2-y was lost while the job ran","finished_at":<now>,"outcome":"crashed","reason":"crash","run":1,"started_at":<now>,"token":"b-2-y.1","waited_ms":<ms>}]
            counts: enqueued_total 3, pending 2, processing 1, recovered_total 2
            job:a: command true, created_at <now>, max_retries 3, priority 5, request <ulid>, run 1, started_at <now>, state processing, token a-1-x.1, waited_ms <ms>
            job:b: command true, crash_count 1, created_at <now>, error the worker b-2-y was lost while the job ran, max_retries 3, priority 5, reason crash, request <ulid>, run 1, state pending, updated_at <now>
            job:c: command true, crash_count 1, created_at <now>, error the worker b-2-y was lost while the job ran, max_retries 3, priority 5, reason crash, request <ulid>, run 1, state pending, updated_at <now>
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
