import QueueKit
import Testing

@Suite struct RetryTests {
    @Test func aDeadJobWaitsAgainWithItsFailuresForgotten() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .dead)
        #expect(try await queue.queue.retry([id("a")]) == [.done(.pending)])
        try await queue.expect(
            """
            attempts:a: [{"finished_at":<now>,"outcome":"dead","run":1,"started_at":<now>,"token":"a-1-x.1","waited_ms":<ms>}]
            counts: dead 0, dead_total 1, enqueued_total 1, failures_total 1, pending 1, processing 0, revived_total 1
            history: failed 1
            incoming: [!]
            job:a: command true, created_at <now>, finished_at <now>, max_retries 3, priority 5, request <ulid>, run 1, started_at <now>, state pending, token a-1-x.1, updated_at <now>, waited_ms <ms>
            meta: reaped_at <now>, schema 1
            pending:5: [a]
            request:<ulid>: [["ok","pending"]]
            worker:a-1-x: jobs a, request 1
            """
        )
        #expect(try await queue.claim(1, number: 2).jobs.first?.job.run == 2)
    }

    @Test(arguments: JobState.allCases.filter { $0 != .dead })
    func aJobThatIsNotDeadIsLeftAlone(state: JobState) async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: state)
        #expect(try await queue.queue.retry(ids(["a", "gone"])) == [.wrongState(state), .notFound])
        #expect(try await queue.queue.job(id("a"))?.state == state)
        try await queue.checkI1()
    }

    @Test func aPoisonedJobIsNoSuspectAnyMore() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .dead)
        try await queue.send("HSET", "R:job:a", "crash_count", "3", "suspect", "1")
        #expect(try await queue.queue.retry([id("a")]) == [.done(.pending)])
        #expect(try await queue.claim(1, number: 2, maySuspect: false).ids == ["a"])
        try await queue.checkI1()
    }
}
