import Testing

@testable import QueueKit

/// Jobs that avoid hosts on which they have failed. Worker a is on host a, worker b on host b.
@Suite struct ElsewhereTests {
    private let workerA2 = WorkerID(host: "a", pid: 9, random: "z")
    private let workerC = WorkerID(host: "c", pid: 3, random: "w")

    /// A queue whose job a has failed on host a and waits again; of host b it is known that a worker serves it.
    private func failedOnA(isServedByB: Bool = true) async throws -> TestQueue {
        let queue = try TestQueue()
        try await queue.enqueue("a") { $0.retryOnOtherHost = true }
        try await queue.run("a", .retry(after: .zero))
        if isServedByB { try await live(queue, workerB) }
        try await queue.claim(0)
        return queue
    }

    private func live(_ queue: TestQueue, _ worker: WorkerID) async throws {
        _ = try await queue.queue.renew(worker: worker, held: [], lease: queue.configuration.lease)
    }

    private func bells(_ queue: TestQueue) async throws -> Int64? {
        try await queue.send("LLEN", "R:incoming").int
    }

    @Test func aRetryRemembersTheHost() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a") { $0.retryOnOtherHost = true }
        try await queue.run("a", .retry(after: .seconds(60)))
        try await queue.expect(
            """
            attempts:a: [{"delay_ms":60000,"finished_at":<now>,"outcome":"retry","run":1,"started_at":<now>,"token":"a-1-x.1","waited_ms":<ms>}]
            counts: enqueued_total 1, failed 1, failures_total 1, pending 0, processing 0, retried_total 1
            failed: a <now>
            history: failed 1
            job:a: command true, created_at <now>, failed_hosts ["a"], failures 1, finished_at <now>, max_retries 3, next_run_at +60s, priority 5, request <ulid>, retry_on_other_host true, run 1, started_at <now>, state failed, token a-1-x.1, waited_ms <ms>
            meta: reaped_at <now>, schema 1
            scheduled: a +60s
            worker:a-1-x: jobs a, request 1
            """
        )
        #expect(try await queue.queue.job(id("a"))?.failedHosts == ["a"])
    }

    @Test func itWaitsInAListOfItsOwnWhereItsHostLeavesIt() async throws {
        let queue = try await failedOnA()
        #expect(try await queue.claim(5, number: 2).ids.isEmpty)
        #expect(try await queue.claim(5, by: workerA2, number: 1).ids.isEmpty)
        try await queue.expect(
            """
            attempts:a: [{"delay_ms":0,"finished_at":<now>,"outcome":"retry","run":1,"started_at":<now>,"token":"a-1-x.1","waited_ms":<ms>}]
            counts: enqueued_total 1, failed 0, failures_total 1, pending 1, processing 0, retried_total 1
            elsewhere: [a]
            history: failed 1
            job:a: command true, created_at <now>, failed_hosts ["a"], failures 1, finished_at <now>, max_retries 3, next_run_at <now>, priority 5, request <ulid>, retry_on_other_host true, run 1, started_at <now>, state pending, token a-1-x.1, updated_at <now>, waited_ms <ms>
            meta: reaped_at <now>, schema 1
            worker:a-1-x: jobs , request 2
            worker:a-9-z: jobs , request 1
            workers: b-2-y <now>
            """
        )
    }

    @Test func aWorkerOnAnotherHostTakesIt() async throws {
        let queue = try await failedOnA()
        let claim = try await queue.claim(5, by: workerB)
        #expect(claim.ids == ["a"] && claim.jobs.first?.job.run == 2)
        #expect(try await queue.claim(5, by: workerB).ids == ["a"], "the same request again")
        try await queue.checkI1()
        try await queue.settle("a", .retry(after: .zero), by: workerB)
        #expect(try await queue.queue.job(id("a"))?.failedHosts == ["a", "b"])
        // No host is left that it does not avoid: then any will do.
        #expect(try await queue.claim(5, number: 2).ids == ["a"])
        try await queue.settle("a", .completed, number: 2)
        try await queue.checkI1()
    }

    @Test func withoutALiveWorkerElsewhereItRunsWhereItFailed() async throws {
        let queue = try await failedOnA(isServedByB: false)
        #expect(try await queue.claim(5, number: 2).ids == ["a"])
        try await queue.checkI1()
    }

    @Test func aWorkerThatWasNotHeardOfForALeaseIsNoneToWaitFor() async throws {
        let queue = try await failedOnA()
        try await queue.move("b-2-y", in: "workers", to: -29)
        #expect(try await queue.claim(5, number: 2).ids.isEmpty)
        try await queue.move("b-2-y", in: "workers", to: -31)
        #expect(try await queue.claim(5, number: 3).ids == ["a"])
        try await queue.checkI1()
    }

    @Test func aThirdHostIsWaitedForAfterTwoHaveFailed() async throws {
        let queue = try await failedOnA()
        try await queue.claim(1, by: workerB)
        try await queue.settle("a", .retry(after: .zero), by: workerB)
        try await live(queue, workerC)
        #expect(try await queue.claim(5, number: 2).ids.isEmpty)
        #expect(try await queue.claim(5, by: workerB, number: 2).ids.isEmpty)
        #expect(try await queue.claim(5, by: workerC).ids == ["a"])
        try await queue.checkI1()
    }

    @Test func whoCannotTakeItRingsForNobody() async throws {
        let queue = try await failedOnA()
        try await queue.send("DEL", "R:incoming")
        try await queue.claim(5, number: 2)
        try await queue.claim(0, number: 3)
        #expect(try await bells(queue) == 0)
    }

    @Test func whoCouldTakeItButHasNoSlotRings() async throws {
        let queue = try await failedOnA()
        try await queue.send("DEL", "R:incoming")
        try await queue.claim(0, by: workerB)
        #expect(try await bells(queue) == 1)
        try await queue.enqueue("urgent") { $0.priority = 9 }
        try await queue.send("DEL", "R:incoming")
        #expect(try await queue.claim(1, by: workerB, number: 2).ids == ["urgent"])
        #expect(try await bells(queue) == 1)
        #expect(try await queue.claim(1, by: workerB, number: 3).ids == ["a"])
        #expect(try await bells(queue) == 0)
        try await queue.checkI1()
    }

    @Test func higherPrioritiesGoFirstAndItsOwnAfterIt() async throws {
        let queue = try await failedOnA()
        try await queue.enqueue("same")
        try await queue.enqueue("urgent") { $0.priority = 6 }
        try await queue.enqueue("later") { $0.priority = 4 }
        #expect(try await queue.claim(5, by: workerB).ids == ["urgent", "a", "same", "later"])
        try await queue.checkI1()
    }

    @Test func othersAreTakenPastIt() async throws {
        let queue = try await failedOnA()
        try await queue.enqueue("b")
        #expect(try await queue.claim(5, number: 2).ids == ["b"])
        try await queue.checkI1()
    }

    @Test(
        arguments: [
            (Settlement.Outcome.released, ["elsewhere"]), (.snoozed(for: .zero), []), (.dead, []), (.completed, []),
        ] as [(Settlement.Outcome, [String])]
    )
    func onlyAFailureThatIsRetriedAddsAHost(outcome: Settlement.Outcome, lists: [String]) async throws {
        let queue = try await failedOnA()
        try await queue.claim(1, by: workerB)
        try await queue.settle("a", outcome, by: workerB)
        #expect(try await queue.queue.job(id("a"))?.failedHosts == ["a"])
        #expect(try await queue.stored().keys.filter { $0 == "elsewhere" } == lists)
        try await queue.checkI1()
    }

    @Test func aJobThatDoesNotAskForItGoesAnywhere() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a")
        try await queue.run("a", .retry(after: .zero))
        try await live(queue, workerB)
        #expect(try await queue.claim(1, number: 2).ids == ["a"])
        #expect(try await queue.queue.job(id("a"))?.failedHosts == [])
    }

    @Test func aHostIsRememberedOnceAndTheOldestOfManyAreForgotten() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a") { $0.retryOnOtherHost = true }
        let hosts = (0..<24).map { "h\($0 % 23)" }
        for (at, host) in hosts.enumerated() {
            let worker = WorkerID(host: host, pid: 1, random: "x")
            #expect(try await queue.claim(1, by: worker, number: Int64(at + 1)).ids == ["a"])
            try await queue.settle("a", .retry(after: .zero), by: worker, number: Int64(at + 1))
        }
        #expect(try await queue.queue.job(id("a"))?.failedHosts == (4...22).map { "h\($0)" } + ["h0"])
    }

    @Test func aLostWorkerPutsItBackThereAndThenMakesItASuspect() async throws {
        let queue = try await failedOnA()
        for (number, list) in [(Int64(1), "elsewhere"), (2, "suspects")] {
            #expect(try await queue.claim(1, by: workerB, number: number).ids == ["a"])
            try await queue.move("a", in: "processing", to: -1)
            try await queue.allowReap()
            try await queue.claim(0, number: number + 1)
            #expect(try await queue.stored().keys.contains(list))
            try await queue.checkI1()
        }
        #expect(try await queue.claim(1, number: 4).ids == ["a"])
    }

    // Operators.

    @Test func itIsCancelledDeletedAndReplacedWhereItWaits() async throws {
        let cancelled = try await failedOnA()
        #expect(try await cancelled.queue.cancel([id("a")]) == [.done(.cancelled)])
        try await cancelled.checkI1()
        let deleted = try await failedOnA()
        #expect(try await deleted.queue.delete([id("a")]) == [.done(.pending)])
        try await deleted.checkI1()
        let replaced = try await failedOnA()
        #expect(try await replaced.enqueue("a", replace: true) == [.replaced(.pending)])
        try await replaced.checkI1()
        #expect(try await replaced.claim(1, number: 2).ids == ["a"])
    }

    @Test(arguments: [true, false])
    func anEditLeavesItThereUnlessItMayGoAnywhere(avoids: Bool) async throws {
        let queue = try await failedOnA()
        let draft = try #require(await queue.queue.draft(of: id("a")))
        let members = draft.members(
            setting: [JSONMember(name: "priority", value: .number("9"))],
            leavingOut: avoids ? [] : ["retry_on_other_host"]
        )
        let edit = JobEdit(draft, to: try draft.document(.object(members)))
        #expect(try await queue.queue.edit(edit) == .done(.pending))
        try await queue.checkI1()
        #expect(try await queue.claim(1, number: 2).ids == (avoids ? [] : ["a"]))
        try await queue.checkI1()
    }

    @Test func itIsListedWithTheOthersThatArePending() async throws {
        let queue = try await failedOnA()
        try await queue.enqueue("b")
        #expect(try await queue.queue.list(.pending, limit: 10).map(\.id.text) == ["a", "b"])
        #expect(try await queue.queue.status(heartbeat: .seconds(10)).oldestPendingAge != nil)
    }

    @Test(arguments: [false, true])
    func anotherLifeForgetsTheHosts(all: Bool) async throws {
        let queue = try await failedOnA()
        try await queue.claim(1, by: workerB)
        try await queue.settle("a", .dead, by: workerB)
        if all { _ = try await queue.queue.retryAll(limit: 10) } else { _ = try await queue.queue.retry([id("a")]) }
        #expect(try await queue.claim(1, number: 2).jobs.first?.job.failedHosts == [])
        try await queue.checkI1()
    }

    // Long lists, damage.

    @Test func anEntryLeftBehindIsDroppedByWhoeverMeetsIt() async throws {
        let queue = try TestQueue()
        try await queue.seedStale(170, in: "elsewhere")
        try await queue.enqueue("a") { $0.retryOnOtherHost = true }
        try await queue.run("a", .retry(after: .zero))
        try await queue.send("DEL", "R:incoming")
        #expect(try await queue.claim(1, number: 2).ids.isEmpty)
        #expect(try await bells(queue) == 1, "there may be more behind a window of these")
        try await queue.claim(1, number: 3)
        #expect(try await queue.claim(1, number: 4).ids == ["a"])
        try await queue.checkI1()
    }

    @Test func aJobWhoseHashIsGoneIsCountedOut() async throws {
        let queue = try await failedOnA()
        try await queue.send("DEL", "R:job:a", "R:attempts:a")
        #expect(try await queue.claim(1, number: 2).ids.isEmpty)
        #expect(try await queue.queue.status(heartbeat: .seconds(10)).rejected == 1)
        try await queue.checkI1()
    }

    @Test(arguments: ["", "7", "{", "{}", "[7]"])
    func damagedHostsKeepNobodyFromIt(hosts: String) async throws {
        let queue = try await failedOnA()
        try await queue.send("HSET", "R:job:a", "failed_hosts", hosts)
        #expect(try await queue.claim(1, number: 2).ids == ["a"])
        try await queue.settle("a", .retry(after: .zero), number: 2)
        #expect(try await queue.send("HGET", "R:job:a", "failed_hosts").string?.contains(#""a""#) == true)
        try await queue.checkI1()
    }
}
