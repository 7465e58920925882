import QueueKit
import Testing

@Suite struct SettleTests {
    @Test func success() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        let result = try await queue.settle("a", .completed) {
            $0.exitCode = 0
            $0.usage = #"{"user_ms":12}"#
        }
        #expect(result == .settled(.completed))
        try await queue.expect(
            """
            completed: a <now>
            counts: completed 1, completed_total 1, enqueued_total 1, pending 0, processing 0
            history: completed 1
            job:a: command true, created_at <now>, exit_code 0, finished_at <now>, max_retries 3, priority 5, request <ulid>, run 1, started_at <now>, state completed, token a-1-x.1, usage {"user_ms":12}, waited_ms <ms>
            meta: reaped_at <now>, schema 1
            worker:a-1-x: jobs a, request 1
            """
        )
    }

    @Test func failureWithRetriesLeft() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        let result = try await queue.settle("a", .retry(after: .seconds(60))) {
            $0.exitCode = 1
            $0.reason = "exit"
            $0.error = "it exited with 1"
        }
        #expect(result == .settled(.failed))
        try await queue.expect(
            """
            attempts:a: [{"delay_ms":60000,"error":"it exited with 1","exit_code":1,"finished_at":<now>,"outcome":"retry","reason":"exit","run":1,"started_at":<now>,"token":"a-1-x.1","waited_ms":<ms>}]
            counts: enqueued_total 1, failed 1, failures_total 1, pending 0, processing 0, retried_total 1
            failed: a <now>
            history: failed 1
            job:a: command true, created_at <now>, error it exited with 1, exit_code 1, failures 1, finished_at <now>, max_retries 3, next_run_at +60s, priority 5, reason exit, request <ulid>, run 1, started_at <now>, state failed, token a-1-x.1, waited_ms <ms>
            meta: reaped_at <now>, schema 1
            scheduled: a +60s
            worker:a-1-x: jobs a, request 1
            """
        )
    }

    @Test func failureForTheLastTime() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        let result = try await queue.settle("a", .dead) {
            $0.signal = 9
            $0.reason = "signal"
        }
        #expect(result == .settled(.dead))
        try await queue.expect(
            """
            attempts:a: [{"finished_at":<now>,"outcome":"dead","reason":"signal","run":1,"signal":9,"started_at":<now>,"token":"a-1-x.1","waited_ms":<ms>}]
            counts: dead 1, dead_total 1, enqueued_total 1, failures_total 1, pending 0, processing 0
            dlq: [a]
            history: failed 1
            job:a: command true, created_at <now>, failures 1, finished_at <now>, max_retries 3, priority 5, reason signal, request <ulid>, run 1, signal 9, started_at <now>, state dead, token a-1-x.1, waited_ms <ms>
            meta: reaped_at <now>, schema 1
            worker:a-1-x: jobs a, request 1
            """
        )
    }

    @Test func snoozeIsNoFailure() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .failed)
        try await queue.move("a", in: "scheduled", to: -1)
        try await queue.claim(1, number: 2)
        let result = try await queue.settle("a", .snoozed(for: .seconds(600)), number: 2) {
            $0.exitCode = 75
            $0.reason = "snoozed"
        }
        #expect(result == .settled(.scheduled))
        try await queue.expect(
            """
            attempts:a: [{"delay_ms":600000,"exit_code":75,"finished_at":<now>,"outcome":"snoozed","reason":"snoozed","run":2,"started_at":<now>,"token":"a-1-x.2","waited_ms":<ms>}, {"delay_ms":600000,"finished_at":<now>,"outcome":"retry","run":1,"started_at":<now>,"token":"a-1-x.1","waited_ms":<ms>}]
            counts: enqueued_total 1, failed 0, failures_total 1, pending 0, processing 0, retried_total 1, scheduled 1, snoozed_total 1
            history: failed 1
            job:a: command true, created_at <now>, exit_code 75, failures 1, finished_at <now>, max_retries 3, next_run_at +600s, priority 5, reason snoozed, request <ulid>, run 2, started_at <now>, state scheduled, token a-1-x.2, updated_at <now>, waited_ms <ms>
            meta: reaped_at <now>, schema 1
            scheduled: a +600s
            worker:a-1-x: jobs a, request 2
            """
        )
    }

    @Test func aSnoozedJobRunsAgainWhenItIsDue() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        try await queue.settle("a", .snoozed(for: .zero))
        let again = try await queue.claim(1, number: 2)
        #expect(again.ids == ["a"])
        #expect(again.jobs.first?.job.run == 2)
        #expect(again.jobs.first?.job.failures == 0)
        try await queue.checkI1()
    }

    @Test func whatARunHandsBackStandsWithItsEndingAndLastsUntilTheNextRun() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a", "b")
        try await queue.claim(2)
        var first = try queue.settlement("a", .retry(after: .zero))
        first.progress = 40
        first.progressText = "encoding"
        var second = try queue.settlement("b", .completed)
        second.result = #"{"url":"x"}"#
        let results = try await queue.queue.settle([first, second], configuration: queue.configuration)
        #expect(results == [.settled(.failed), .settled(.completed)])
        let before = try await queue.send("HMGET", "R:job:a", "progress", "progress_text", "state").texts
        #expect(before == ["40", "encoding", "failed"])
        #expect(try await queue.send("HMGET", "R:job:b", "result", "state").texts == [#"{"url":"x"}"#, "completed"])
        try await queue.claim(1, number: 2)
        let after = try await queue.send("HMGET", "R:job:a", "progress", "progress_text", "state").texts
        #expect(after == ["", "", "processing"])
        try await queue.checkI1()
    }

    @Test func aNumberOfFurtherValuesThatCannotBeChangesNothing() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        let before = try await queue.snapshot()
        for count in ["x", ""] {
            await #expect(throws: QueueError.self) {
                _ = try await queue.run(
                    .settle,
                    "1000",
                    "10",
                    "a",
                    "a-1-x.1",
                    "released",
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    count
                )
            }
        }
        #expect(try await queue.snapshot() == before)
    }

    @Test func releaseToTheFront() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a", "b", "c", "d")
        try await queue.claim(2)
        let settlements = try [queue.settlement("a", .released), queue.settlement("b", .released)]
        let results = try await queue.queue.settle(settlements, configuration: queue.configuration)
        #expect(results == [.settled(.pending), .settled(.pending)])
        #expect(try await queue.queue.job(id("a"))?.failures == 0)
        #expect(try await queue.claim(4, number: 2).ids == ["a", "b", "c", "d"])
        try await queue.checkI1()
    }

    @Test(arguments: [
        (Settlement.Outcome.completed, JobState.completed), (.retry(after: .zero), .cancelled), (.dead, .cancelled),
        (.released, .cancelled), (.cancelled, .cancelled), (.snoozed(for: .zero), .cancelled),
    ])
    func cancelRequestedMeansCancelledUnlessItCompleted(outcome: Settlement.Outcome, state: JobState) async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        #expect(try await queue.queue.cancel([id("a")]) == [.done(.processing)])
        #expect(try await queue.settle("a", outcome) == .settled(state))
        #expect(try await queue.settle("a", outcome) == .settled(state))
        try await queue.checkI1()
    }

    @Test(arguments: [
        Settlement.Outcome.completed, .retry(after: .seconds(60)), .dead, .released, .cancelled,
        .snoozed(for: .seconds(60)),
    ])
    func theSameSettleAgainHasNoSecondEffect(outcome: Settlement.Outcome) async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        let first = try await queue.settle("a", outcome)
        let before = try await queue.snapshot()
        #expect(try await queue.settle("a", outcome) == first)
        #expect(try await queue.snapshot() == before)
        try await queue.checkI1()
    }

    @Test func theSameSettleAgainIsKnownEvenWhenTheJobRunsElsewhere() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        try await queue.settle("a", .released)
        try await queue.claim(1, by: workerB)
        let before = try await queue.snapshot()
        #expect(try await queue.settle("a", .released) == .settled(.processing))
        #expect(try await queue.snapshot() == before)
        try await queue.checkI1()
    }

    @Test func aTokenThatIsNotTheJobsChangesNothing() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        #expect(try await queue.settle("a", .dead, by: workerB) == .stale(.processing))
        #expect(try await queue.settle("a", .dead, number: 2) == .stale(.processing))
        #expect(try await queue.settle("gone", .dead) == .stale(nil))
        try await queue.expect(
            """
            counts: enqueued_total 1, pending 0, processing 1, stale_settles_total 3
            job:a: command true, created_at <now>, max_retries 3, priority 5, request <ulid>, run 1, started_at <now>, state processing, token a-1-x.1, waited_ms <ms>
            meta: reaped_at <now>, schema 1
            processing: a +30s
            worker:a-1-x: jobs a, request 1
            """
        )
    }

    @Test func oneStaleJobDoesNotKeepABatchFromItsEnd() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a", "b", "c")
        try await queue.claim(3)
        let batch = try [
            queue.settlement("a", .completed), queue.settlement("b", .completed, by: workerB),
            queue.settlement("c", .dead), queue.settlement("a", .completed),
        ]
        let results = try await queue.queue.settle(batch, configuration: queue.configuration)
        #expect(results == [.settled(.completed), .stale(.processing), .settled(.dead), .settled(.completed)])
        try await queue.checkI1()
    }

    @Test func aHundredAreOneBatch() async throws {
        let queue = try TestQueue()
        let jobs = try (0..<100).map { try queue.newJob("j\($0)") }
        _ = try await queue.queue.enqueue(jobs, configuration: queue.configuration)
        let claim = try await queue.claim(100)
        let outcomes: [Settlement.Outcome] = [
            .completed, .retry(after: .zero), .dead, .released, .cancelled, .snoozed(for: .zero),
        ]
        let batch = claim.jobs.enumerated().map { at, job in
            Settlement(id: job.job.id, token: job.token, outcome: outcomes[at % outcomes.count])
        }
        _ = try await queue.queue.settle(batch, configuration: queue.configuration)
        try await queue.checkI1()
    }

    @Test(arguments: ["not JSON", "7", "[1,2]", #"{"x":1e999}"#])
    func usageThatMakesNoSenseDoesNotKeepARunFromEnding(usage: String) async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        #expect(try await queue.settle("a", .dead) { $0.usage = usage } == .settled(.dead))
        #expect(try await queue.queue.attempts(of: id("a")).count == 1)
        try await queue.checkI1()
    }

    @Test func attemptsAreBounded() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a")
        for number in Int64(1)...25 { try await queue.run("a", .released, number: number) }
        let attempts = try await queue.queue.attempts(of: id("a"))
        #expect(attempts.map(\.run) == (6...25).reversed())
        try await queue.checkI1()
    }
}
