import RedisClient
import Testing

@testable import QueueKit

/// Jobs that have to be started by some time.
@Suite struct ExpiryTests {
    /// A queue with a job that has expired a minute ago.
    private func expired(_ change: (inout JobDocument) -> Void = { _ in }) async throws -> TestQueue {
        let queue = try TestQueue()
        try await queue.enqueue("a") { change(&$0) }
        let past = try await queue.queue.serverTime().milliseconds - 60_000
        try await queue.send("HSET", "R:job:a", "expires_at", String(past))
        return queue
    }

    @Test func aJobThatWasNotStartedInTimeIsDeadAndNotHandedOut() async throws {
        let queue = try await expired()
        try await queue.enqueue("b")
        let messages = try await queue.messages(on: queue.keys.events) {
            let claim = try await queue.claim(1)
            #expect(claim.ids == ["b"])
        }
        #expect(messages == ["dead a\nprocessing b"])
        try await queue.expect(
            """
            counts: dead 1, dead_total 1, enqueued_total 2, pending 0, processing 1
            dlq: [a]
            job:a: command true, created_at <now>, error it was not started in time, expires_at -60s, finished_at <now>, max_retries 3, priority 5, reason expired, request <ulid>, state dead
            job:b: command true, created_at <now>, max_retries 3, priority 5, request <ulid>, run 1, started_at <now>, state processing, token a-1-x.1, waited_ms <ms>
            meta: reaped_at <now>, schema 1
            processing: b +30s
            worker:a-1-x: jobs b, request 1
            """
        )
    }

    @Test func theSameClaimAgainGivesTheSame() async throws {
        let queue = try await expired()
        try await queue.enqueue("b")
        #expect(try await queue.claim(1).ids == ["b"])
        let before = try await queue.snapshot()
        #expect(try await queue.claim(1).ids == ["b"])
        #expect(try await queue.snapshot() == before)
    }

    @Test func theTimeIsCountedByTheServerFromAcceptance() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a") { $0.expires = .after(.seconds(600)) }
        try await queue.send("LPUSH", "R:incoming", #"{"id":"b","command":"true","expires":"10m"}"#)
        try await queue.ingest(try await queue.claim(0))
        let now = try await queue.queue.serverTime().milliseconds
        for name in ["a", "b"] {
            let end = try #require(await queue.queue.job(id(name))?.expiresAt)
            #expect(570_000...600_000 ~= end.milliseconds - now)
        }
        #expect(try await queue.claim(9, number: 2).ids == ["a", "b"])
    }

    @Test func oneThatWasStartedInTimeIsRetriedAfterIt() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a") { $0.expires = .after(.seconds(600)) }
        try await queue.run("a", .retry(after: .zero))
        try await queue.send("HSET", "R:job:a", "expires_at", "1000000000000")
        #expect(try await queue.claim(1, number: 2).ids == ["a"])
    }

    @Test func aScheduledOneIsNoticedWhenItIsDue() async throws {
        let queue = try await expired { $0.delay = .seconds(600) }
        #expect(try await queue.claim(1).ids.isEmpty)
        #expect(try await queue.queue.job(id("a"))?.state == .scheduled)
        try await queue.move("a", in: "scheduled", to: -1)
        #expect(try await queue.claim(1, number: 2).ids.isEmpty)
        let job = try #require(await queue.queue.job(id("a")))
        #expect(job.state == .dead && job.reason == "expired" && job.run == 0 && job.nextRunAt == nil)
        try await queue.checkI1()
    }

    @Test func aPausedQueueNoticesWhenItIsResumed() async throws {
        let queue = try await expired()
        _ = try await queue.queue.pause()
        try await queue.claim(1)
        #expect(try await queue.queue.job(id("a"))?.state == .pending)
        _ = try await queue.queue.resume()
        try await queue.claim(1, number: 2)
        #expect(try await queue.queue.job(id("a"))?.state == .dead)
    }

    @Test(arguments: [false, true])
    func aRetryFromTheDeadLetterQueueClearsIt(all: Bool) async throws {
        let queue = try await expired()
        try await queue.claim(1)
        if all { _ = try await queue.queue.retryAll() } else { _ = try await queue.queue.retry([id("a")]) }
        let job = try #require(await queue.claim(1, number: 2).jobs.first?.job)
        #expect(job.expiresAt == nil && job.reason == nil && job.error == nil && job.finishedAt == nil && job.run == 1)
        try await queue.checkI1()
    }

    @Test func editChangesIt() async throws {
        let queue = try await expired()
        let draft = try #require(await queue.queue.draft(of: id("a")))
        let given = JSONMember(name: "expires", value: .string("1h"))
        let document = try draft.document(.object(draft.members(setting: [given], leavingOut: [])))
        let edit = JobEdit(draft, to: document)
        #expect(edit.changes.map(\.name) == ["expires"])
        #expect(try await queue.queue.edit(edit) == .done(.pending))
        let end = try #require(await queue.queue.job(id("a"))?.expiresAt).milliseconds
        let now = try await queue.queue.serverTime().milliseconds
        #expect(3_570_000...3_600_000 ~= end - now)
        let again = try #require(await queue.queue.draft(of: id("a")))
        let without = try again.document(.object(again.members(setting: [], leavingOut: ["expires"])))
        #expect(try await queue.queue.edit(JobEdit(again, to: without)) == .done(.pending))
        #expect(try await queue.queue.job(id("a"))?.expiresAt == nil)
        #expect(try await queue.claim(1).ids == ["a"])
    }

    @Test func manyOfThemHoldUpAClaimForABoundedTimeOnly() async throws {
        let queue = try TestQueue()
        try await queue.seedJobs(1000, state: "pending", index: "pending:5", isList: true)
        for number in 0..<1000 {
            try await queue.send("HDEL", "R:job:j\(number)", "run", "finished_at")
            try await queue.send("HSET", "R:job:j\(number)", "expires_at", "1000000000000")
        }
        try await queue.enqueue("last")
        let first = try await queue.claim(50)
        #expect(first.ids.isEmpty && first.nextDue.map { $0 <= first.now } ?? false)
        let dead = try await queue.queue.list(.dead, limit: 1000).count
        #expect(100...150 ~= dead)
        var number: Int64 = 1
        repeat { number += 1 } while try await queue.claim(50, number: number).ids.isEmpty && number < 20
        #expect(try await queue.queue.list(.dead, limit: 2000).count == 1000)
        try await queue.checkI1()
    }

    @Test func withoutADeadLetterQueueItWaitsAndTheTroubleIsTold() async throws {
        let queue = try await expired()
        try await queue.send("SET", "R:dlq", "no list")
        #expect(try await queue.claim(1).trouble?.contains("dlq") == true)
        #expect(try await queue.queue.job(id("a"))?.state == .pending)
        try await queue.send("DEL", "R:dlq")
        try await queue.claim(1, number: 2)
        #expect(try await queue.queue.job(id("a"))?.state == .dead)
        try await queue.checkI1()
    }
}
