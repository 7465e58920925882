import RedisClient
import Testing

@testable import QueueKit

/// Jobs whose documents no worker has read yet: how they are read, and what becomes of them.
@Suite struct AdmitTests {
    private func queue(_ documents: String...) async throws -> TestQueue {
        let queue = try await TestQueue.withFunctions()
        for document in documents { try await queue.add(document) }
        return queue
    }

    @Test func aClaimGivesItToReadAndTheNextOneToRun() async throws {
        let queue = try await queue(#"{"id":"a","command":"true","timeout":"5m"}"#)
        let claim = try await queue.claim(1)
        #expect(claim.jobs.isEmpty && claim.unread.map(\.id.text) == ["a"] && !claim.isExhaustive)
        #expect(try await queue.send("LRANGE", "R:pending:5", "0", "-1").texts == ["a"])
        try await queue.checkI1()
        #expect(try await queue.admit(claim) == [.admitted(.pending)])
        try await queue.checkI1()
        let job = try #require(try await queue.claim(1, number: 2).jobs.first?.job)
        #expect(
            job.document == nil && job.command == .shell("true") && job.timeout == .seconds(300) && job.maxRetries == 3
        )
        try await queue.checkI1()
    }

    @Test func itKeepsItsPlaceAmongOthers() async throws {
        let queue = try await queue()
        try await queue.enqueue("a")
        try await queue.add(#"{"id":"b","command":"true"}"#)
        try await queue.enqueue("c")
        try await queue.add(#"{"id":"d","command":"true","priority":9}"#)
        var (number, order) = (Int64(0), [String]())
        while order.count < 4 { order += try await queue.claimAndAdmit(1, number: &number) }
        #expect(order == ["d", "a", "b", "c"])
        try await queue.checkI1()
    }

    /// Nothing behind it is handed out in its place.
    @Test func itKeepsASlotForItsTurn() async throws {
        let queue = try await queue(#"{"id":"a","command":"true"}"#)
        try await queue.enqueue("b", "c")
        let claim = try await queue.claim(2)
        #expect(claim.ids == ["b"] && claim.unread.map(\.id.text) == ["a"])
        try await queue.admit(claim)
        #expect(try await queue.claim(2, number: 2).ids == ["a", "c"])
        try await queue.checkI1()
    }

    @Test func manyAreReadAheadWithOneCall() async throws {
        let queue = try await queue()
        for number in 0..<150 { try await queue.add(#"{"id":"j\#(number)","command":"true"}"#) }
        let claim = try await queue.claim(1)
        #expect(claim.unread.map(\.id.text) == (0..<100).map { "j\($0)" })
        #expect(try await queue.admit(claim) == Array(repeating: .admitted(.pending), count: 100))
        #expect(try await queue.claim(100, number: 2).ids == (0..<100).map { "j\($0)" })
        #expect(try await queue.claim(100, number: 3).unread.count == 50)
        try await queue.checkI1()
    }

    @Test func whatIsReadAtOnceIsBounded() async throws {
        let queue = try await queue()
        let stdin = String(repeating: "x", count: 400_000)
        for number in 0..<9 { try await queue.add(#"{"id":"j\#(number)","command":"true","stdin":"\#(stdin)"}"#) }
        var number: Int64 = 1
        #expect(try await queue.claim(9).unread.count == 3)
        #expect(try await queue.claimAndAdmit(9, number: &number).count == 9)
        try await queue.checkI1()
    }

    @Test func twoWorkersThatReadTheSameDoItOnce() async throws {
        let queue = try await queue(#"{"id":"a","command":"true"}"#, #"{"id":"b","comand":"true","command":"x"}"#)
        let (first, second) = (try await queue.claim(2), try await queue.claim(2, by: workerB))
        #expect(first.unread.map(\.id) == second.unread.map(\.id))
        #expect(try await queue.admit(first) == [.admitted(.pending), .admitted(.dead)])
        let before = try await queue.snapshot()
        #expect(try await queue.admit(second) == [.done, .done])
        #expect(try await queue.snapshot() == before)
        try await queue.checkI1()
    }

    @Test func aClaimSentAgainAndOneAfterALostWorkerChangeNothing() async throws {
        let queue = try await queue(#"{"id":"a","command":"true"}"#)
        try await queue.enqueue("b")
        let claim = try await queue.claim(2)
        #expect(try await queue.claim(2).ids == claim.ids)
        try await queue.allowReap()
        try await queue.move("b", in: "processing", to: -60)
        var number: Int64 = 1
        let next = try await queue.claim(2, by: workerB, number: 9, maySuspect: false)
        #expect(next.recovered == [try id("b")] && next.unread.map(\.id.text) == ["a"])
        try await queue.admit(next)
        #expect(try await queue.claimAndAdmit(2, number: &number).contains("a"))
        #expect(try await queue.queue.job(id("a"))?.crashCount == 0)
        try await queue.checkI1()
    }

    @Test func aMalformedOneIsDeadWithItsReasonAndAnswers() async throws {
        let queue = try await queue(#"{"reply_to":"me","id":"a","command":"true","env":{"A":5}}"#)
        #expect(try await queue.admit(try await queue.claim(1)) == [.admitted(.dead)])
        let job = try #require(try await queue.queue.job(id("a")))
        #expect(
            job.state == .dead && job.reason == "malformed" && job.error?.hasPrefix("env.A: 5 is not a string") == true
        )
        #expect(
            job.corrupt == nil && job.document.map { String(decoding: $0, as: UTF8.self) }?.contains(#""A":5"#) == true
        )
        let answer = try await queue.send("LPOP", "R:reply:me").string ?? ""
        #expect(answer.contains(#""state":"dead","reason":"malformed","error":"env.A: 5 is not a string"#), "\(answer)")
        #expect(try await queue.queue.status(heartbeat: .seconds(10)).totals["dead"] == 1)
        try await queue.checkI1()

        // Retried it is looked at again, perhaps by a release that knows more.
        #expect(try await queue.queue.retry([id("a")]) == [.done(.pending)])
        #expect(try await queue.admit(try await queue.claim(1, number: 2)) == [.admitted(.dead)])
        try await queue.checkI1()
    }

    @Test(
        arguments: [
            "{\"command\":\"x\",\"id\":\"a\",\"id\":\"a\"}", #"{"command":"x","id":"a","delay":"soon"}"#,
            #"{"command":"x","id":"a","priority":5,"meta":{"n":9007199254740993}}"#,
            #"{"command":"x","id":"a","meta":null}"#,
            #"{"command":7,"id":"a"}"#, #"{"argv":[],"id":"a"}"#, #"{"task":"a b","id":"a"}"#,
            #"{"command":" ","id":"a"}"#,
            #"{"command":"x","id":"a","unique_key":"k"}"#, #"{"command":"x","id":"a"} x"#,
            #"{"command":"x","id":"a","nice":1e999}"#,
        ] as [String]
    )
    func whatTheFunctionLetsPassTheValidatorDoesNot(document: String) async throws {
        let queue = try await TestQueue.withFunctions()
        guard try await queue.refusal(of: document).hasPrefix("no refusal") else { return }
        #expect(try await queue.admit(try await queue.claim(1)) == [.admitted(.dead)])
        let job = try #require(try await queue.queue.job(id("a")))
        let error = #expect(throws: DocumentError.self) { try JobDocument(json: document, pushedTo: queue.queue.name) }
        #expect(job.error == error?.description)
        try await queue.checkI1()
    }

    /// Whatever goes through the function comes out as it does of an enqueue: numbers, empty arrays, text.
    @Test func nothingIsLostOnTheWay() async throws {
        let document = #"""
            {"id":"a","argv":["x",""],"meta":{"e":[],"o":{},"n":1.50,"big":9007199254740991,"f":0.1,"z":-0,"u":"\u00e4\ud83d\ude00"},
            "tags":[],"env":{},"stdin":"\u0000","backoff_base":1.1,"success_codes":[0,3]}
            """#
        let queue = try await queue(document)
        let other = try TestQueue()
        _ = try await other.queue.enqueue([NewJob(try JobDocument(json: document))], configuration: other.configuration)
        let unread = try #require(try await queue.queue.job(id("a")))
        try await queue.admit(try await queue.claim(1))
        var jobs = [unread]
        for one in [queue, other] { jobs.append(try #require(try await one.queue.job(id("a")))) }
        #expect(jobs[2].meta?.contains(#""e":[],"o":{},"n":1.50,"#) == true)
        for job in jobs {
            #expect((job.meta, job.stdin, job.backoffBase) == (jobs[2].meta, jobs[2].stdin, jobs[2].backoffBase))
            #expect(job.command == jobs[2].command && job.exitCodes == jobs[2].exitCodes)
        }
        try await queue.checkI1()
    }

    @Test func timesCountFromWhenItWasAdded() async throws {
        let queue = try await queue(
            #"{"id":"a","command":"true","delay":"10m","expires":"1h"}"#,
            #"{"id":"b","command":"true","run_at":"2001-10-01T00:00:00Z"}"#
        )
        let claim = try await queue.claim(2)
        #expect(try await queue.admit(claim) == [.admitted(.scheduled), .admitted(.pending)])
        let job = try #require(try await queue.queue.job(id("a")))
        let created = try #require(job.createdAt).milliseconds
        #expect(job.nextRunAt?.milliseconds == created + 600_000 && job.expiresAt?.milliseconds == created + 3_600_000)
        #expect(try await queue.claim(2, number: 2).ids == ["b"])
        try await queue.checkI1()
    }

    @Test func whatIsTooLateIsDead() async throws {
        let queue = try await queue(#"{"id":"a","command":"true","expires":0.001,"reply_to":"me"}"#)
        var number: Int64 = 0
        #expect(try await queue.claimAndAdmit(1, number: &number).isEmpty)
        #expect(try await queue.queue.job(id("a"))?.reason == "expired")
        #expect(try await queue.send("LPOP", "R:reply:me").string?.contains("expired") == true)
        try await queue.checkI1()
    }

    @Test func whatIsNotSaidIsTakenFromTheConfiguration() async throws {
        var queue = try await queue(#"{"id":"a","command":"true"}"#, #"{"id":"b","command":"true"}"#)
        (queue.configuration.priority, queue.configuration.maxRetries) = (8, 7)
        try await queue.admit(try await queue.claim(1))
        let job = try #require(try await queue.queue.job(id("a")))
        #expect((job.priority, job.maxRetries) == (8, 7))
        #expect(try await queue.claim(2, number: 2).ids == ["a", "b"])
        try await queue.checkI1()
    }

    /// A lower priority than the 5 that they waited with: those that came later do not overtake them.
    @Test func thoseWithoutAPriorityKeepTheirOrder() async throws {
        var queue = try await queue()
        queue.configuration.priority = 2
        let all = (0..<150).map { "j\($0)" }
        for id in all { try await queue.add(#"{"id":"\#(id)","command":"true"}"#) }
        var (number, order) = (Int64(0), [String]())
        while order.count < 150, number < 20 { order += try await queue.claimAndAdmit(100, number: &number) }
        #expect(order == all)
        try await queue.checkI1()
    }

    /// As soon as somebody else has settled what is to become of it, what a worker has read is for nobody.
    @Test(arguments: ["cancel", "delete", "edit", "replace"])
    func whoComesFirstHasIt(verb: String) async throws {
        let queue = try await queue(#"{"id":"a","command":"true","reply_to":"me"}"#)
        let claim = try await queue.claim(1)
        switch verb {
        case "cancel": #expect(try await queue.queue.cancel([id("a")]) == [.done(.cancelled)])
        case "delete": #expect(try await queue.queue.delete([id("a")]) == [.done(.pending)])
        case "edit":
            let draft = try #require(await queue.queue.draft(of: id("a")))
            var document = JobDocument(command: "false")
            document.replyTo = "me"
            #expect(try await queue.queue.edit(JobEdit(draft, to: document)) == .done(.pending))
        default: try await queue.enqueue("a", replace: true) { $0.replyTo = "me" }
        }
        let before = try await queue.snapshot()
        #expect(try await queue.admit(claim) == [.done])
        #expect(try await queue.snapshot() == before)
        let answer = try await queue.send("LPOP", "R:reply:me").string ?? ""
        #expect(
            verb == "edit" ? answer.isEmpty : answer.contains(verb == "cancel" ? "cancelled" : "deleted"),
            "\(answer)"
        )
        try await queue.checkI1()
    }

    @Test func itIsFoundByWhatStandsInItsDocument() async throws {
        let queue = try await queue(
            #"{"id":"a","command":"true","tags":["x"],"meta":{"n":{"m":7}}}"#,
            #"{"id":"b","command":"true"}"#
        )
        for arguments in [["tag", "x", ""], ["meta", "n.m", "7"]] {
            let words = ["pending", "LRANGE", "pending:5", "0", "9", "0"] + arguments
            let reply = try await queue.queue.run(.find, RedisArguments(words), attempting: "find")
            #expect(reply.array?.last?.texts == ["a"])
        }
        let job = try #require(try await queue.queue.job(id("a")))
        #expect(job.tags == ["x"] && job.command == .shell("true") && job.corrupt == nil && job.unknownFields.isEmpty)
    }

    @Test func aPausedQueueReadsNothing() async throws {
        let queue = try await queue(#"{"id":"a","command":"true"}"#)
        _ = try await queue.queue.pause()
        #expect(try await queue.claim(1).unread.isEmpty)
        _ = try await queue.queue.resume()
        #expect(try await queue.claim(1, number: 2).unread.count == 1)
    }
}
