import Testing

@testable import QueueKit

@Suite struct EditTests {
    /// Reads a job and changes it as a document of JSON says.
    private func edit(_ queue: TestQueue, _ name: String, _ json: String, leavingOut: Set<String> = []) async throws
        -> EditResult
    {
        let draft = try #require(await queue.queue.draft(of: id(name)))
        return try await queue.queue.edit(edit(draft, json, leavingOut: leavingOut))
    }

    private func edit(_ draft: JobDraft, _ json: String, leavingOut: Set<String> = []) throws -> JobEdit {
        guard case .object(let given) = try JSONParser.parse(Array(json.utf8)) else { throw Unexpected(json) }
        let members = draft.members(setting: given, leavingOut: leavingOut)
        return JobEdit(draft, to: try draft.document(.object(members)))
    }

    private struct Unexpected: Error {
        init(_ text: String) {}
    }

    @Test func theWholeStateAfterIt() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a", "b") {
            $0.timeout = .seconds(60)
            $0.tags = ["old"]
        }
        let result = try await edit(
            queue,
            "a",
            #"{"argv":["ls","-l"],"priority":9,"max_retries":0,"env":{"B":"2","A":"1"}}"#,
            leavingOut: ["timeout", "tags"]
        )
        #expect(result == .done(.pending))
        try await queue.expect(
            """
            counts: enqueued_total 2, pending 2
            incoming: [!]
            job:a: argv ["ls","-l"], created_at <now>, edited_at <now>, env {"A":"1","B":"2"}, max_retries 0, priority 9, request <ulid>, state pending
            job:b: command true, created_at <now>, max_retries 3, priority 5, request <ulid>, state pending, tags ["old"], timeout_ms 60000
            meta: schema 1
            pending:5: [b]
            pending:9: [a]
            request:<ulid>: ["ok","pending"]
            """
        )
    }

    @Test(arguments: [JobState.pending, .scheduled, .failed, .dead])
    func aJobThatDoesNotRunIsChangedWhereItStands(state: JobState) async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: state)
        let before = try #require(await queue.queue.job(id("a")))
        #expect(try await edit(queue, "a", #"{"command":"echo new"}"#) == .done(state))
        let job = try #require(await queue.queue.job(id("a")))
        #expect(job.command == .shell("echo new") && job.state == state && job.editedAt != nil)
        #expect(job.nextRunAt == before.nextRunAt && job.failures == before.failures && job.run == before.run)
        try await queue.checkI1()
    }

    @Test(arguments: [JobState.processing, .completed, .cancelled])
    func oneThatRunsOrHasEndedIsLeftAlone(state: JobState) async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: state)
        #expect(try await edit(queue, "a", #"{"command":"echo new"}"#) == .wrongState(state))
        #expect(try await queue.queue.job(id("a"))?.command == .shell("true"))
        try await queue.checkI1()
    }

    @Test func aJobThatWasTakenOrEditedOrReplacedMeanwhileKeepsWhatThatMadeOfIt() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a")
        let draft = try #require(await queue.queue.draft(of: id("a")))
        let mine = try edit(draft, #"{"priority":9}"#)
        try await queue.claim(1)
        #expect(try await queue.queue.edit(mine) == .wrongState(.processing))
        try await queue.settle("a", .released)
        // It waits again, but it has run.
        #expect(try await queue.queue.edit(mine) == .changed(.pending))

        let second = try #require(await queue.queue.draft(of: id("a")))
        #expect(try await edit(queue, "a", #"{"command":"echo theirs"}"#) == .done(.pending))
        #expect(try await queue.queue.edit(try edit(second, #"{"priority":9}"#)) == .changed(.pending))

        let third = try #require(await queue.queue.draft(of: id("a")))
        try await queue.enqueue("a", replace: true)
        #expect(try await queue.queue.edit(try edit(third, #"{"priority":9}"#)) == .changed(.pending))
        _ = try await queue.queue.delete([id("a")])
        #expect(try await queue.queue.edit(try edit(third, #"{"priority":9}"#)) == .notFound)
        try await queue.checkI1()
    }

    @Test func theSameCallAgainHasNoSecondEffect() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a")
        let created = try #require(await queue.queue.job(id("a"))?.createdAt).milliseconds
        func edit() async throws -> [String] {
            try await queue.run(
                .edit,
                "request1",
                "a",
                "",
                String(created),
                "",
                "60000",
                "",
                "",
                "2",
                "priority",
                "9"
            ).texts
        }
        #expect(try await edit() == ["ok", "scheduled"])
        let before = try await queue.snapshot()
        #expect(try await edit() == ["ok", "scheduled"])
        #expect(try await queue.snapshot() == before)
        try await queue.checkI1()
    }

    @Test(
        arguments: [
            (JobState.pending, #"{"delay":"1h"}"#, JobState.scheduled, 3600),
            (.pending, #"{"run_at":1000000000000}"#, .pending, nil),
            (.scheduled, #"{"delay":"1h"}"#, .scheduled, 3600),
            (.scheduled, #"{"delay":0}"#, .pending, nil),
            (.failed, #"{"delay":"1h"}"#, .failed, 3600),
            (.failed, #"{"run_at":1000000000000}"#, .pending, nil),
            (.scheduled, #"{"priority":9}"#, .scheduled, 600),
            (.failed, #"{"priority":9}"#, .failed, 600),
        ] as [(JobState, String, JobState, Int?)]
    )
    func aTimeMovesTheNextRun(_ from: JobState, _ json: String, _ to: JobState, _ seconds: Int?) async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: from)
        #expect(try await edit(queue, "a", json) == .done(to))
        let job = try #require(await queue.queue.job(id("a")))
        let wait = job.nextRunAt.map { $0.milliseconds - (job.editedAt ?? $0).milliseconds }
        #expect(wait.map { Int((Double($0) / 1000).rounded()) } == seconds || abs((wait ?? 0) - 600_000) < 60_000)
        #expect((job.nextRunAt == nil) == (seconds == nil))
        try await queue.checkI1()
        #expect(try await queue.claim(1, number: 7).ids == (to == .pending ? ["a"] : []))
    }

    @Test func withoutItsTimeAScheduledJobRunsAtOnceAndADeadOneHasNone() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .scheduled)
        let draft = try #require(await queue.queue.draft(of: id("a")))
        #expect(draft.members.map(\.name) == ["command", "priority", "max_retries", "run_at"])
        #expect(try await edit(queue, "a", "{}", leavingOut: ["run_at"]) == .done(.pending))
        try await queue.run("a", .dead, number: 3)
        #expect(try await edit(queue, "a", #"{"delay":"1h"}"#) == .wrongState(.dead))
        try await queue.checkI1()
    }

    @Test func workThatBecomesClaimableRingsAndIsTold() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .scheduled)
        try await queue.send("DEL", "R:incoming")
        let heard = try await queue.messages(on: "\(queue.keys.prefix)events") {
            let first = try await edit(queue, "a", #"{"priority":9}"#)
            let rung = try await queue.send("LLEN", "R:incoming").int
            let second = try await edit(queue, "a", #"{"delay":0}"#)
            #expect(first == .done(.scheduled) && rung == 0 && second == .done(.pending))
        }
        #expect(heard == ["pending a"])
        #expect(try await queue.send("LRANGE", "R:incoming", "0", "-1").texts == ["!"])
    }

    @Test func aSuspectStaysAmongTheSuspects() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        try await queue.seed("HSET R:job:a crash_count 1")
        try await queue.move("a", in: "processing", to: -60)
        try await queue.allowReap()
        try await queue.claim(0, by: workerB)
        #expect(try await edit(queue, "a", #"{"priority":9}"#) == .done(.pending))
        try await queue.checkI1()
        #expect(try await queue.claim(1, by: workerB, number: 2).ids == ["a"])
    }

    @Test func aJobThatAvoidsHostsStaysSetAsideUntilItIsToldNotTo() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a") { $0.retryOnOtherHost = true }
        try await queue.run("a", .retry(after: .zero))
        try await queue.claim(0)
        #expect(try await edit(queue, "a", #"{"priority":9}"#) == .done(.pending))
        try await queue.checkI1()
        #expect(try await queue.queue.job(id("a"))?.failedHosts == ["a"])
        #expect(try await edit(queue, "a", "{}", leavingOut: ["retry_on_other_host"]) == .done(.pending))
        try await queue.checkI1()
        #expect(try await queue.queue.job(id("a"))?.failedHosts == [])
        #expect(try await queue.send("LRANGE", "R:pending:9", "0", "-1").texts == ["a"])
    }

    @Test func aPriorityChangesPlacesInALongListWithoutWalkingIt() async throws {
        let queue = try TestQueue()
        try await queue.seedJobs(10_050, state: "pending", index: "pending:5", isList: true)
        #expect(try await edit(queue, "j7", #"{"priority":9,"max_retries":3}"#) == .done(.pending))
        try await queue.checkI1()
        #expect(try await edit(queue, "j7", #"{"priority":5}"#) == .done(.pending))
        try await queue.checkI1()
    }

    @Test func aWrongTypeIsMetBeforeAnythingIsWritten() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a")
        let draft = try #require(await queue.queue.draft(of: id("a")))
        try await queue.send("SET", "R:pending:9", "x")
        let before = try await queue.snapshot()
        await #expect(throws: QueueError.self) { try await queue.queue.edit(try edit(draft, #"{"priority":9}"#)) }
        #expect(try await queue.snapshot() == before)
    }
}
