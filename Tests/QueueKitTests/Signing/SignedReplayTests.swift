import RedisClient
import TestSupport
import Testing

@testable import QueueKit

/// What was signed once is a job once: whichever way it comes again, and whatever has become of the first.
@Suite struct SignedReplayTests {
    enum Fate: String, CaseIterable { case waits, completed, deleted, trimmed, replaced }
    enum Way: String, CaseIterable { case enqueue, replace, json, hash, function, readmit }

    private func end(_ fate: Fate, _ queue: TestQueue) async throws {
        switch fate {
        case .waits: break
        case .completed:
            try await queue.claim(1)
            try await queue.settle("a", .completed)
        case .deleted: _ = try await queue.queue.delete([id("a")])
        case .trimmed:
            try await end(.completed, queue)
            // As retention leaves it.
            try await queue.seed("UNLINK R:job:a", "ZREM R:completed a", "HSET R:counts completed 0")
        case .replaced: try await queue.enqueue("a", replace: true)
        }
    }

    /// Sends the same signed job again. Returns why it is no job; nil if it is one.
    private func repeated(_ signed: JobDocument, _ way: Way, _ queue: TestQueue) async throws -> String? {
        let envelope = try #require(signed.envelope)
        switch way {
        case .enqueue, .replace:
            let result = try await queue.queue.enqueue(
                [NewJob(signed)],
                configuration: queue.configuration,
                replace: way == .replace
            )
            switch result[0] {
            case .refused(let why): return why
            case .exists(let state): return "exists \(state)"
            default: return nil
            }
        case .json, .hash:
            if way == .json {
                try await queue.send("LPUSH", "R:incoming", envelope)
            } else {
                // One that is there would be written over, which is damage and no replay.
                guard try await queue.queue.job(id("a")) == nil else { return "exists" }
                for (name, value) in signed.signature?.fields ?? [] {
                    try await queue.send("HSET", "R:job:a", name, value)
                }
                try await queue.send("LPUSH", "R:incoming", "a")
            }
            let results = try await queue.ingest(try await queue.claim(0, number: 50))
            #expect(results.count == 1)
            return results == [.rejected] ? try await queue.queue.rejected(limit: 1).first?.reason : nil
        case .function:
            do throws(RedisError) {
                let keys = queue.keys
                _ = try await queue.redis.send(RedisCommand("FCALL", "queuectl_enqueue", "1", keys.incoming, envelope))
                return nil
            } catch {
                return error.reply?.message
            }
        case .readmit:
            try await queue.send("XADD", "R:rejected", "5-0", "reason", "x", "raw", envelope, "length", "1")
            let result = try await queue.queue.readmit("5-0", as: NewJob(signed), configuration: queue.configuration)
            switch result {
            case .refused(let why): return why
            case .exists: return "exists"
            default: return nil
            }
        }
    }

    @Test(arguments: Fate.allCases, Way.allCases)
    func itIsNoJobASecondTime(fate: Fate, way: Way) async throws {
        let queue = try await TestQueue.withFunctions()
        let signed = try queue.signed("a")
        #expect(
            try await queue.queue.enqueue([NewJob(signed)], configuration: queue.configuration) == [.added(.pending)]
        )
        try await end(fate, queue)
        let before = try await queue.queue.job(id("a"))
        let why = try #require(try await repeated(signed, way, queue), "it is a job again")
        let isThere = before != nil
        let isKnown = why.contains("a signed job had the id a before; sign it under another one")
        #expect(isThere && why.contains("exists") || isKnown, "\(why)")
        // Nothing of it is left but what was there.
        let after = try await queue.queue.job(id("a"))
        if way != .hash { #expect(after == before) } else { #expect(after?.state == before?.state) }
        try await queue.requireNothingClaimable(except: before?.state == .pending ? "a" : nil)
    }

    @Test func theSameCallSentAgainIsAnsweredAsTheFirst() async throws {
        let queue = try await TestQueue.withFunctions()
        let envelope = try #require(queue.signed("a").envelope)
        #expect(try await queue.add(envelope) == "a")
        #expect(try await queue.add(envelope) == "a")
        #expect(try await queue.claim(2).unread.map(\.id.text) == ["a"])
    }

    @Test func anOperatorRetriesADeadOne() async throws {
        let queue = try TestQueue()
        _ = try await queue.queue.enqueue([NewJob(queue.signed("a"))], configuration: queue.configuration)
        try await queue.claim(1)
        try await queue.settle("a", .dead)
        _ = try await queue.queue.retry([id("a")])
        #expect(try await queue.claim(1, number: 2).ids == ["a"])
    }

    @Test func whatIsSignedForTooLongOrForThePastIsNoJob() async throws {
        let queue = try await TestQueue.withFunctions()
        for (time, why) in [
            (
                Duration.seconds(31 * 86_400),
                "valid_until: it is more than 30 days from now; sign it for a shorter time"
            ),
            (.seconds(-60), "valid_until: the time has passed; sign it anew"),
        ] {
            let signed = try queue.signed("a", validFor: time)
            for way in Way.allCases {
                let said = try #require(try await repeated(signed, way, queue), "\(way)")
                try await queue.seed("UNLINK R:job:a R:rejected")
                #expect(said == why || said == "INVALID \(why)", "\(way)")
            }
        }
        #expect(try await queue.send("EXISTS", "R:signed").int == 0)
    }

    @Test func theLongestTimeIsTakenFromAClockThatIsAhead() async throws {
        let queue = try TestQueue()
        let signed = try queue.signed("a", validFor: JobSignature.longestValidity + .seconds(30))
        #expect(
            try await queue.queue.enqueue([NewJob(signed)], configuration: queue.configuration) == [.added(.pending)]
        )
        let job = try #require(try await queue.claim(1).jobs.first?.job)
        try Signer.keys().verify(job, in: queue.keys, at: try #require(job.startedAt))
        let late = Timestamp(milliseconds: try #require(job.startedAt).milliseconds - 120_000)
        #expect(throws: SignatureProblem.self) { try Signer.keys().verify(job, in: queue.keys, at: late) }
    }

    @Test func idsAreForgottenWhenTheirTimeIsOver() async throws {
        let queue = try TestQueue()
        for number in 0..<150 { try await queue.send("ZADD", "R:signed", "1000", "old-\(number)") }
        _ = try await queue.queue.enqueue([NewJob(queue.signed("a"))], configuration: queue.configuration)
        #expect(try await queue.send("ZCARD", "R:signed").int == 51)
        _ = try await queue.queue.enqueue([NewJob(queue.signed("old-149"))], configuration: queue.configuration)
        #expect(try await queue.send("ZRANGE", "R:signed", "0", "-1").texts == ["a", "old-149"])
    }

    /// The clock of a replica that takes over may be behind.
    @Test func anIDIsRememberedAWhileLonger() async throws {
        let queue = try TestQueue()
        let now = try await queue.queue.serverTime().milliseconds
        for (id, age) in [("recent", Int64(20_000)), ("old", 61_000)] {
            try await queue.send("ZADD", "R:signed", "\(now - age)", id)
        }
        _ = try await queue.queue.enqueue([NewJob(queue.signed("a"))], configuration: queue.configuration)
        #expect(try await queue.send("ZRANGE", "R:signed", "0", "-1").texts == ["recent", "a"])
    }

    /// The name of the list stands in the text that was signed.
    @Test func whoPushesOneThatIsRefusedIsTold() async throws {
        let queue = try TestQueue()
        let json = #"{"command":"true","reply_to":"me"}"#
        let sound = try #require(try queue.signed("a", json: json).envelope)
        let late = try #require(try queue.signed("b", json: json, validFor: .seconds(-60)).envelope)
        let odd = try #require(try queue.signed("c", json: json).envelope).replacing("\"key_id\"", with: "\"kid\"")
        try await queue.send("LPUSH", "R:incoming", sound, sound, late, odd)
        #expect(try await queue.ingest(try await queue.claim(0)).count == 4)
        let answers = try await queue.send("LRANGE", "R:reply:me", "0", "-1").texts
        let errors = try answers.map { answer -> String in
            guard case .object(let members) = try JSONParser.parse(Array(answer.utf8)) else { return "" }
            return ["id", "error"].map { name in members.first { $0.name == name }?.value.string ?? "" }.joined(
                separator: " "
            )
        }
        #expect(
            errors == [
                "a id: job a exists already (pending)", "b valid_until: the time has passed; sign it anew",
                "c kid: is not a field of a signed job; put it into the document that is signed",
            ]
        )
    }

    @Test func unsignedJobsPayNothing() async throws {
        let queue = try TestQueue(on: try RedisServer())
        try await queue.enqueue("a", "b")
        try await queue.send("LPUSH", "R:incoming", #"{"command":"true"}"#)
        try await queue.ingest(try await queue.claim(2))
        try await queue.settle("a", .completed)
        let stats = try await queue.send("INFO", "commandstats").string ?? ""
        #expect(stats.contains("cmdstat_hset") && !stats.contains("cmdstat_zscore"))
        #expect(try await queue.send("EXISTS", "R:signed").int == 0)
    }

    @Test func aMemoryThatCannotBeReadTakesNothingSigned() async throws {
        let queue = try await TestQueue.withFunctions()
        try await queue.send("SET", "R:signed", "x")
        let signed = try queue.signed("a")
        for way in Way.allCases {
            let why = try await repeated(signed, way, queue) ?? "nothing"
            try await queue.seed("UNLINK R:job:a R:rejected")
            #expect(why.contains("nobody can tell whether it was signed for before: WRONGTYPE"), "\(way): \(why)")
        }
        #expect(try await queue.enqueue("b") == [.added(.pending)])
    }

    @Test func ofABatchTheOthersAreAdded() async throws {
        let queue = try TestQueue()
        let signed = NewJob(try queue.signed("a"))
        let configuration = queue.configuration
        _ = try await queue.queue.enqueue([signed], configuration: configuration)
        _ = try await queue.queue.delete([id("a")])
        let batch = [try queue.newJob("x"), signed, NewJob(try queue.signed("y"))]
        let none = try await queue.queue.enqueue(batch, configuration: configuration, allOrNone: true)
        let why = "id: a signed job had the id a before; sign it under another one"
        #expect(none == [.skipped, .refused(why), .skipped])
        // One of the same id that is not signed is no twin of it.
        let plain = try await queue.queue.enqueue([signed, try queue.newJob("a")], configuration: configuration)
        #expect(plain == [.refused(why), .added(.pending)])
        _ = try await queue.queue.delete([id("a")])
        let some = try await queue.queue.enqueue(batch, configuration: configuration)
        #expect(some[0] == .added(.pending) && some[2] == .added(.pending))
    }
}

extension TestQueue {
    fileprivate func requireNothingClaimable(except id: String?) async throws {
        #expect(try await claim(5, number: 60).ids == (id.map { [$0] } ?? []))
    }
}
