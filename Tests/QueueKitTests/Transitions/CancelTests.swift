import QueueKit
import Testing

@Suite struct CancelTests {
    @Test(arguments: [JobState.pending, .scheduled, .failed])
    func aJobThatWaitsIsCancelled(state: JobState) async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: state)
        #expect(try await queue.queue.cancel([id("a")]) == [.done(.cancelled)])
        let job = try #require(await queue.queue.job(id("a")))
        #expect(job.state == .cancelled)
        #expect(job.nextRunAt == nil)
        #expect(try await queue.claim(9, number: 9).ids.isEmpty)
        try await queue.checkI1()
    }

    @Test func theWholeStateAfterIt() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a", "b")
        #expect(try await queue.queue.cancel([id("a")]) == [.done(.cancelled)])
        try await queue.expect(
            """
            cancelled: a <now>
            counts: cancelled 1, cancelled_total 1, enqueued_total 2, pending 1
            incoming: [!]
            job:a: command true, created_at <now>, finished_at <now>, max_retries 3, priority 5, reason cancelled, request <ulid>, state cancelled
            job:b: command true, created_at <now>, max_retries 3, priority 5, request <ulid>, state pending
            meta: schema 1
            pending:5: [b]
            request:<ulid>: [["ok","cancelled"]]
            """
        )
    }

    @Test func ofARunningJobTheWishIsStoredAndToldToItsWorker() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        let heard = try await queue.messages(on: "queuectl:control:\(workerA)") {
            let results = try await queue.queue.cancel([id("a")])
            #expect(results == [.done(.processing)])
        }
        #expect(heard.filter { $0.contains("\(queue.queue.name) ") } == ["cancel \(queue.queue.name) a"])
        #expect(try await queue.queue.job(id("a"))?.cancelRequested != nil)
        try await queue.checkI1()
    }

    @Test func cancelledAgainIsFineFinishedIsNotAndMissingIsSaid() async throws {
        let queue = try TestQueue()
        try await queue.bring("c", to: .completed)
        try await queue.enqueue("x")
        try await queue.claim(1, number: 2)
        try await queue.settle("x", .dead, number: 2)
        try await queue.bring("a", to: .cancelled)
        let before = try await queue.snapshot().split(separator: "\n").filter { !$0.hasPrefix("request:") }
        let results = try await queue.queue.cancel(ids(["a", "c", "x", "gone"]))
        #expect(results == [.done(.cancelled), .wrongState(.completed), .wrongState(.dead), .notFound])
        let after = try await queue.snapshot().split(separator: "\n").filter { !$0.hasPrefix("request:") }
        #expect(after == before)
        try await queue.checkI1()
    }

    @Test func twoHundredAndMoreAreCancelledInBatches() async throws {
        let queue = try TestQueue()
        try await queue.seedJobs(450, state: "pending", index: "pending:5", isList: true)
        let results = try await queue.queue.cancel(ids((0..<450).map { "j\($0)" }))
        #expect(results == Array(repeating: .done(.cancelled), count: 450))
        try await queue.checkI1()
    }
}
