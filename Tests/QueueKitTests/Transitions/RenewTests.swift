import QueueKit
import Testing

@Suite struct RenewTests {
    @Test func aRenewalExtendsTheLeaseAndShowsTheWorker() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        try await queue.move("a", in: "processing", to: 3)
        #expect(try await queue.renew("a") == .ok)
        #expect(try await queue.renew("a") == .ok)
        try await queue.expect(
            """
            counts: enqueued_total 1, pending 0, processing 1
            job:a: command true, created_at <now>, max_retries 3, priority 5, request <ulid>, run 1, started_at <now>, state processing, token a-1-x.1, waited_ms <ms>
            meta: reaped_at <now>, schema 1
            processing: a +30s
            worker:a-1-x: jobs a, request 1
            workers: a-1-x <now>
            """
        )
    }

    @Test func aTokenThatIsNotTheJobsIsLostAndMovesNoLease() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        try await queue.move("a", in: "processing", to: 600)
        #expect(try await queue.renew("a", by: workerB) == .lost)
        #expect(try await queue.renew("a", number: 2) == .lost)
        #expect(try await queue.renew("gone") == .lost)
        #expect(try await queue.snapshot().contains("processing: a +600s"))
        try await queue.checkI1()
    }

    @Test(arguments: [JobState.completed, .failed, .dead, .cancelled])
    func whatIsOverIsLost(state: JobState) async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: state)
        #expect(try await queue.renew("a") == .lost)
        try await queue.checkI1()
    }

    @Test func aCancelIsTold() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        _ = try await queue.queue.cancel([id("a")])
        #expect(try await queue.renew("a") == .cancel)
        try await queue.checkI1()
    }

    @Test func aDamagedJobIsLostAndItsNeighbourIsRenewed() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a", "b")
        try await queue.claim(2)
        try await queue.seed("DEL R:job:a", "SET R:job:a x")
        let token = JobToken(worker: workerA, request: 1)
        let held = try [(id: id("a"), token: token), (id: id("b"), token: token)]
        let statuses = try await queue.queue.renew(worker: workerA, held: held, lease: .seconds(30))
        #expect(statuses == [.lost, .ok])
    }

    @Test func aWorkerWithNothingToRenewIsSeenAndOneLongGoneIsForgotten() async throws {
        let queue = try TestQueue()
        try await queue.seed("ZADD R:workers 1 gone")
        #expect(try await queue.queue.renew(worker: workerA, held: [], lease: .seconds(30)).isEmpty)
        try await queue.expect(
            """
            meta: schema 1
            workers: a-1-x <now>
            """
        )
    }
}
