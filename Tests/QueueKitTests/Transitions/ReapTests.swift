import QueueKit
import TestTraits
import Testing

/// Jobs of workers that are gone, recovered by claim.
@Suite struct ReapTests {
    private func expired(_ ids: String...) async throws -> TestQueue {
        let queue = try TestQueue()
        for id in ids { try await queue.enqueue(id) }
        try await queue.claim(10, by: workerB)
        for (at, id) in ids.enumerated() { try await queue.move(id, in: "processing", to: Int64(at - ids.count)) }
        try await queue.allowReap()
        return queue
    }

    @Test func anExpiredLeasePutsTheJobBackAtTheFront() async throws {
        let queue = try await expired("a", "b")
        let claim = try await queue.claim(0)
        #expect(claim.recovered.map(\.text) == ["a", "b"])
        try await queue.expect(
            """
            attempts:a: [{"error":"the worker b-2-y was lost while the job ran","finished_at":<now>,"outcome":"crashed","reason":"crash","run":1,"started_at":<now>,"token":"b-2-y.1","waited_ms":<ms>}]
            attempts:b: [{"error":"the worker b-2-y was lost while the job ran","finished_at":<now>,"outcome":"crashed","reason":"crash","run":1,"started_at":<now>,"token":"b-2-y.1","waited_ms":<ms>}]
            counts: enqueued_total 2, pending 2, processing 0, recovered_total 2
            incoming: [!]
            job:a: command true, crash_count 1, created_at <now>, error the worker b-2-y was lost while the job ran, max_retries 3, priority 5, reason crash, request <ulid>, run 1, state pending, updated_at <now>
            job:b: command true, crash_count 1, created_at <now>, error the worker b-2-y was lost while the job ran, max_retries 3, priority 5, reason crash, request <ulid>, run 1, state pending, updated_at <now>
            meta: reaped_at <now>, schema 1
            pending:5: [a, b]
            worker:b-2-y: jobs a b, request 1
            """
        )
    }

    @Test func aLeaseThatRunsIsLeftAlone() async throws {
        let queue = try await expired("a")
        try await queue.renew("a", by: workerB)
        #expect(try await queue.claim(5).recovered.isEmpty)
        #expect(try await queue.settle("a", .completed, by: workerB) == .settled(.completed))
        try await queue.checkI1()
    }

    @Test func theFormerHolderIsStale() async throws {
        let queue = try await expired("a")
        try await queue.claim(0)
        let before = try await queue.snapshot()
        #expect(try await queue.settle("a", .completed, by: workerB) == .stale(.pending))
        #expect(try await queue.renew("a", by: workerB) == .lost)
        let changed = Set(try await queue.snapshot().split(separator: "\n")).subtracting(before.split(separator: "\n"))
        #expect(changed.allSatisfy { $0.hasPrefix("counts:") || $0.hasPrefix("workers:") })
        try await queue.checkI1()
    }

    @Test func theThirdCrashIsPoison() async throws {
        let queue = try await expired("a")
        for number in Int64(2)...3 {
            #expect(try await queue.claim(1, by: workerB, number: number).ids == ["a"])
            try await queue.move("a", in: "processing", to: -1)
            try await queue.allowReap()
        }
        #expect(try await queue.claim(5).ids.isEmpty)
        try await queue.expect(
            """
            attempts:a: [{"error":"the worker b-2-y was lost while the job ran; that is crash number 3","finished_at":<now>,"outcome":"crashed","reason":"poison","run":3,"started_at":<now>,"token":"b-2-y.3","waited_ms":<ms>}, {"error":"the worker b-2-y was lost while the job ran","finished_at":<now>,"outcome":"crashed","reason":"crash","run":2,"started_at":<now>,"token":"b-2-y.2","waited_ms":<ms>}, {"error":"the worker b-2-y was lost while the job ran","finished_at":<now>,"outcome":"crashed","reason":"crash","run":1,"started_at":<now>,"token":"b-2-y.1","waited_ms":<ms>}]
            counts: dead 1, dead_total 1, enqueued_total 1, pending 0, processing 0, recovered_total 3
            dlq: [a]
            incoming: [!]
            job:a: command true, crash_count 3, created_at <now>, error the worker b-2-y was lost while the job ran; that is crash number 3, finished_at <now>, max_retries 3, priority 5, reason poison, request <ulid>, run 3, state dead, suspect 1, updated_at <now>
            meta: reaped_at <now>, schema 1
            worker:a-1-x: jobs , request 1
            worker:b-2-y: jobs a, request 3
            """
        )
        #expect(try await queue.settle("a", .completed, by: workerB, number: 3) == .stale(.dead))
    }

    @Test func aJobThatWasToBeCancelledIs() async throws {
        let queue = try await expired("a")
        _ = try await queue.queue.cancel([id("a")])
        try await queue.claim(5)
        #expect(try await queue.queue.job(id("a"))?.state == .cancelled)
        try await queue.checkI1()
    }

    @Test func itLooksOnceASecond() async throws {
        let queue = try await expired("a")
        let now = try await queue.queue.serverTime().milliseconds
        try await queue.send("HSET", "R:meta", "reaped_at", String(now))
        let tooSoon = try await queue.claim(0)
        guard tooSoon.now.milliseconds < now + 1000 else { return }  // the machine was too busy to tell
        #expect(tooSoon.recovered.isEmpty)
        try await queue.send("HSET", "R:meta", "reaped_at", String(now - 1000))
        #expect(try await queue.claim(0).recovered.count == 1)
        try await queue.checkI1()
    }

    @Test func afterAnOutageTheOwnersGetTimeToRenew() async throws {
        let queue = try await expired("a", "b")
        let now = try await queue.queue.serverTime().milliseconds
        try await queue.send("HSET", "R:meta", "reaped_at", String(now - 60_000))
        let claim = try await queue.claim(5)
        #expect(claim.recovered.isEmpty)
        // Whoever asked is told when to ask again, or a lone worker with a short lease would be held off for ever.
        #expect(try #require(claim.nextDue).milliseconds - claim.now.milliseconds == 15_000)
        #expect(try await queue.renew("b", by: workerB) == .ok)
        try await queue.send("HSET", "R:meta", "reap_hold", String(now - 1), "reaped_at", String(now - 5000))
        #expect(try await queue.claim(5, number: 2).recovered.map(\.text) == ["a"])
        try await queue.checkI1()
    }

    @Test func timeSteppedBackHoldsOffAndPullsDeadlinesIn() async throws {
        var queue = try await expired("a")
        queue.configuration.lease = .seconds(60)
        try await queue.move("a", in: "processing", to: 4000)
        let now = try await queue.queue.serverTime().milliseconds
        try await queue.send("HSET", "R:meta", "reaped_at", String(now + 3_600_000))
        #expect(try await queue.claim(5).recovered.isEmpty)
        try await queue.expect(
            """
            counts: enqueued_total 1, pending 0, processing 1
            job:a: command true, created_at <now>, max_retries 3, priority 5, request <ulid>, run 1, started_at <now>, state processing, token b-2-y.1, waited_ms <ms>
            meta: reap_hold +30s, reaped_at <now>, schema 1
            processing: a +60s
            worker:a-1-x: jobs , request 1
            worker:b-2-y: jobs a, request 1
            """
        )
    }

    @Test func aHoldFromAClockThatWasPutBackDoesNotLast() async throws {
        let queue = try await expired("a")
        let now = try await queue.queue.serverTime().milliseconds
        try await queue.send("HSET", "R:meta", "reap_hold", String(now + 3_600_000))
        #expect(try await queue.claim(0).recovered.count == 1)
    }

    @Test func oneCallRecoversAHundred() async throws {
        let queue = try TestQueue()
        try await queue.seedJobs(250, state: "processing", index: "processing")
        try await queue.allowReap()
        #expect(try await queue.claim(0).recovered.count == 100)
        try await queue.checkI1()
    }

    @Test(.fault(.corruptHashAmongOrphans)) func aThousandOrphansAreRecoveredInTenCallsWhateverBecameOfOne()
        async throws
    {
        let queue = try TestQueue()
        try await queue.seedJobs(1000, state: "processing", index: "processing")
        try await queue.seed("HSET R:job:j500 state nonsense")
        try await queue.allowReap()
        var recovered = 0
        for call in 1...10 {
            let claim = try await queue.claim(0)
            recovered += claim.recovered.count
            if call < 10 { #expect(try #require(claim.nextDue) <= claim.now, "more at once") }
        }
        #expect(recovered == 999)
        #expect(try await queue.queue.rejected(limit: 9).map(\.raw) == [Array("j500".utf8)])
        // Then it is time to look again in a while.
        #expect(try await queue.claim(0).recovered.isEmpty)
        try await queue.checkI1(without: "j500")
    }
}
