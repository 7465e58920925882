import RedisClient
import Testing

@testable import QueueKit

/// Edits of jobs whose documents no worker has read yet.
@Suite struct UnreadEditTests {
    private func queue(_ documents: String...) async throws -> TestQueue {
        let queue = try await TestQueue.withFunctions()
        for document in documents { try await queue.add(document) }
        return queue
    }

    /// An edit by flags, as `queuectl edit` does it.
    private func edit(_ name: String, in queue: TestQueue, _ fields: (String, JSONValue)...) async throws -> JobEdit {
        let draft = try #require(await queue.queue.draft(of: id(name)))
        let given = fields.map { JSONMember(name: $0.0, value: $0.1) }
        return JobEdit(draft, to: try draft.document(.object(draft.members(setting: given, leavingOut: []))))
    }

    @Test func anEditOfWhatHasBeenReadMeanwhileIsRefused() async throws {
        let queue = try await queue(#"{"id":"a","command":"true","cwd":"/tmp"}"#)
        let draft = try #require(await queue.queue.draft(of: id("a")))
        try await queue.admit(try await queue.claim(1))
        #expect(try await queue.queue.edit(JobEdit(draft, to: JobDocument(command: "false"))) == .changed(.pending))
        try await queue.checkI1()
    }

    @Test func anEditMendsWhatIsMalformed() async throws {
        let queue = try await queue(#"{"id":"a","command":"true","timeot":3,"cwd":"/tmp","delay":"1h"}"#)
        try await queue.admit(try await queue.claim(1))
        let draft = try #require(await queue.queue.draft(of: id("a")))
        let document = try draft.document(.object(draft.members(setting: [], leavingOut: [])))
        #expect(try await queue.queue.edit(JobEdit(draft, to: document)) == .done(.dead))
        #expect(try await queue.queue.retry([id("a")]) == [.done(.pending)])
        let job = try #require(try await queue.claim(1, number: 2).jobs.first?.job)
        #expect(job.cwd == "/tmp" && job.document == nil && job.error == nil)
        try await queue.checkI1()
    }

    /// With the edit it is read: its time takes effect, whether it is what changes or not.
    @Test func aTimeThatStaysTakesEffect() async throws {
        for time in ["2040-01-31T09:00:00.000Z", "2040-01-31T10:00:00+01:00"] {
            let queue = try await queue(#"{"id":"a","command":"true","run_at":"\#(time)"}"#)
            let edit = try await edit("a", in: queue, ("priority", .number("9")))
            #expect(try await queue.queue.edit(edit) == .done(.scheduled))
            let job = try #require(try await queue.queue.job(id("a")))
            #expect(job.nextRunAt?.rfc3339 == "2040-01-31T09:00:00.000Z" && job.priority == 9)
            try await queue.checkI1()
        }
    }

    @Test func durationsThatStayCountFromTheCall() async throws {
        let queue = try await queue(
            #"{"id":"a","command":"true","delay":"10m","expires":"1h"}"#,
            #"{"id":"b","command":"true","delay":"10m","expires":"1h"}"#,
            #"{"id":"c","command":"true","delay":"1m"}"#
        )
        let called = try await queue.queue.serverTime().milliseconds - 300_000
        for id in ["a", "b", "c"] { try await queue.send("HSET", "R:job:\(id)", "created_at", String(called)) }
        let stays = try await edit("a", in: queue, ("priority", .number("9")))
        #expect(stays.changes.map(\.name) == ["priority"])
        #expect(try await queue.queue.edit(stays) == .done(.scheduled))
        let a = try #require(try await queue.queue.job(id("a")))
        #expect(a.nextRunAt?.milliseconds == called + 600_000 && a.expiresAt?.milliseconds == called + 3_600_000)

        let changes = try await edit("b", in: queue, ("delay", .string("20m")), ("expires", .string("2h")))
        #expect(changes.changes.map(\.name) == ["delay", "expires"])
        #expect(try await queue.queue.edit(changes) == .done(.scheduled))
        let b = try #require(try await queue.queue.job(id("b")))
        #expect(b.nextRunAt.map { $0.milliseconds >= called + 1_500_000 } == true)
        #expect(b.expiresAt.map { $0.milliseconds >= called + 7_500_000 } == true)

        // What is over by then has no say.
        let over = try await edit("c", in: queue, ("priority", .number("9")))
        #expect(try await queue.queue.edit(over) == .done(.pending))
        #expect(try await queue.claim(1).ids == ["c"])
        try await queue.checkI1()
    }

    @Test func whoRetriedItWantsItRunNow() async throws {
        let queue = try await queue(#"{"id":"a","command":"true","timeot":3,"delay":"1h","expires":"2h"}"#)
        try await queue.admit(try await queue.claim(1))
        #expect(try await queue.queue.retry([id("a")]) == [.done(.pending)])
        let edit = try await edit("a", in: queue, ("priority", .number("9")))
        #expect(try await queue.queue.edit(edit) == .done(.pending))
        #expect(try await queue.claim(1, number: 2).ids == ["a"])
        try await queue.checkI1()
    }

    /// What the document leaves open has a value too.
    @Test func onlyWhatChangesIsTold() async throws {
        let queue = try await queue(
            #"{"id":"a","command":"true","timeout":300,"env":{},"run_at":2000000000000,"max_retries":3.0}"#,
            #"{"id":"b","command":"true","env":{"A":5},"tags":["x"]}"#
        )
        let first = try await edit("a", in: queue, ("priority", .number("9")), ("timeout", .string("5m")))
        #expect(first.changes == [JobEdit.Change(name: "priority", old: .number("5"), new: .number("9"))])
        let second = try await edit("b", in: queue, ("env", .object([JSONMember(name: "A", value: .string("5"))])))
        #expect(second.changes.map(\.name) == ["env"] && second.changes[0].old?.text == #"{"A":5}"#)
    }
}
