import QueueKit
import Testing

@Suite struct ClaimTests {
    @Test func aJobIsHandedOutWithTokenAndLease() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a")
        let claim = try await queue.claim(5)
        #expect(claim.ids == ["a"])
        #expect(claim.jobs.first?.token == JobToken(worker: workerA, request: 1))
        #expect(claim.jobs.first?.job.state == .processing)
        #expect(claim.jobs.first?.job.run == 1)
        try await queue.expect(
            """
            counts: enqueued_total 1, pending 0, processing 1
            job:a: command true, created_at <now>, max_retries 3, priority 5, request <ulid>, run 1, started_at <now>, state processing, token a-1-x.1, waited_ms <ms>
            meta: reaped_at <now>, schema 1
            processing: a +30s
            worker:a-1-x: jobs a, request 1
            """
        )
    }

    @Test func theReplyTellsTheJobAsItIsStored() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .failed)
        try await queue.move("a", in: "scheduled", to: 0)
        let claim = try await queue.claim(1, number: 2)
        let stored = try await queue.queue.job(id("a"))
        #expect(claim.jobs.first?.job == stored)
        #expect(stored?.run == 2)
        #expect(stored?.exitCode == nil)
        #expect(stored?.nextRunAt == nil)
        try await queue.checkI1()
    }

    @Test func anEmptyQueueGivesNothing() async throws {
        let queue = try TestQueue()
        let claim = try await queue.claim(5)
        #expect(claim.ids.isEmpty)
        #expect(claim.nextDue == nil)
        #expect(claim.trouble == nil)
        try await queue.expect(
            """
            meta: reaped_at <now>, schema 1
            worker:a-1-x: jobs , request 1
            """
        )
    }

    @Test func theSameRequestGetsTheSameJobs() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a", "b", "c")
        #expect(try await queue.claim(2).ids == ["a", "b"])
        let before = try await queue.snapshot()
        #expect(try await queue.claim(2).ids == ["a", "b"])
        #expect(try await queue.snapshot() == before)
        try await queue.settle("a", .completed)
        #expect(try await queue.claim(2).ids == ["b"])
        #expect(try await queue.claim(2, number: 2).ids == ["c"])
        try await queue.checkI1()
    }

    /// It looks at nothing else: a worker that is to stop when there is nothing left asks again.
    @Test func whatIsGivenAgainIsNotAllThereIs() async throws {
        let queue = try await TestQueue.withFunctions()
        #expect(try await queue.claim(2).isExhaustive)
        try await queue.add(#"{"id":"a","command":"true"}"#)
        let again = try await queue.claim(2)
        #expect(again.jobs.isEmpty && !again.isExhaustive)
        #expect(try await queue.claim(2, number: 2).unread.map(\.id.text) == ["a"])
        try await queue.checkI1()
    }

    @Test func aRequestThatWasHeldUpBehindTheNextGetsNothing() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a", "b")
        try await queue.claim(1, number: 8)
        #expect(try await queue.claim(1, number: 7).ids.isEmpty)
        #expect(try await queue.claim(1, number: 10).ids == ["b"])
        try await queue.checkI1()
    }

    /// The first copy of a request may come last: the worker gave up the connection that it was sent on.
    @Test(arguments: [1, 2])
    func aCopyOfAnEmptyClaimThatComesLateGetsNothing(claimsBetween: Int) async throws {
        let queue = try TestQueue()
        for number in 0..<claimsBetween { #expect(try await queue.claim(1, number: 7 + Int64(number)).ids.isEmpty) }
        try await queue.enqueue("a")
        #expect(try await queue.claim(1, number: 7).ids.isEmpty)
        #expect(try await queue.claim(1, number: 9).ids == ["a"])
        try await queue.checkI1()
    }

    @Test func aCopyOfAClaimOfAPausedQueueGetsNothingWhenItGoesOn() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a")
        _ = try await queue.queue.pause()
        #expect(try await queue.claim(1, number: 1).ids.isEmpty)
        _ = try await queue.queue.resume()
        #expect(try await queue.claim(1, number: 1).ids.isEmpty)
        #expect(try await queue.claim(1, number: 2).ids == ["a"])
        try await queue.checkI1()
    }

    @Test func aCopyThatComesLateLeavesABellForSuspects() async throws {
        let queue = try TestQueue()
        try await queue.claim(1, number: 1)
        try await queue.enqueue("a")
        try await queue.seed("HSET R:job:a suspect 1", "LREM R:pending:5 1 a", "RPUSH R:suspects a")
        #expect(try await queue.claim(1, number: 1).ids.isEmpty)
        #expect(try await queue.send("LRANGE", "R:incoming", "0", "-1").texts == ["!"])
        #expect(try await queue.claim(1, number: 2).ids == ["a"])
        try await queue.checkI1()
    }

    @Test func theSameRequestGetsItsJobsEvenWhenTheQueueWasPaused() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a")
        try await queue.claim(1)
        _ = try await queue.queue.pause()
        #expect(try await queue.claim(1).ids == ["a"])
        try await queue.checkI1()
    }

    @Test func noSlotsMeanNoJobs() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a")
        #expect(try await queue.claim(0).ids.isEmpty)
        #expect(try await queue.claim(1).ids == ["a"])
        try await queue.checkI1()
    }

    @Test func theNextDueTimeIsTold() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a") { $0.delay = .seconds(600) }
        try await queue.enqueue("b") { $0.delay = .seconds(60) }
        let claim = try await queue.claim(1)
        let wait = try #require(claim.nextDue).milliseconds - claim.now.milliseconds
        #expect(50_000...60_000 ~= wait)
        try await queue.checkI1()
    }

    @Test func theLogOfARunLongAgoIsRemoved() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a")
        try await queue.seed("HSET R:job:a run 20", "XADD R:log:a:1 * data x", "XADD R:log:a:2 * data x")
        try await queue.claim(1)
        let keys = try await queue.stored().keys
        #expect(keys.contains("log:a:2"))
        #expect(!keys.contains("log:a:1"))
        try await queue.checkI1()
    }
}
