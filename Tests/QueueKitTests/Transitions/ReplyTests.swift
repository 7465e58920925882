import RedisClient
import Testing

@testable import QueueKit

/// Answers to those who gave a `reply_to`.
@Suite struct ReplyTests {
    private func asking(_ ids: String...) async throws -> TestQueue {
        let queue = try TestQueue()
        for id in ids { try await queue.enqueue(id) { $0.replyTo = "me" } }
        return queue
    }

    /// What has been answered to `me`, with `<now>` in the place of times.
    private func answers(_ queue: TestQueue, to name: String = "me") async throws -> [String] {
        try await queue.send("LRANGE", "R:reply:\(name)", "0", "-1").texts.map {
            $0.replacing(/\d{13}-\d/, with: "<entry>").replacing(/\b\d{13}\b/, with: "<now>")
                .replacing(queue.queue.name.text, with: "Q")
        }
    }

    @Test func aSuccessIsAnsweredWithTheResultAsItIs() async throws {
        let queue = try await asking("a")
        try await queue.claim(1)
        try await queue.settle("a", .completed) {
            $0.exitCode = 0
            $0.result = #"{"none":[],"big":12345678901234567890,"cents":1.50,"text":"é\u0000"}"#
        }
        #expect(
            try await answers(queue) == [
                #"{"v":1,"id":"a","queue":"Q","state":"completed","exit_code":0,"#
                    + #""result":{"none":[],"big":12345678901234567890,"cents":1.50,"text":"é\u0000"},"attempts":1,"finished_at":<now>}"#
            ]
        )
        let left = try await queue.send("PTTL", "R:reply:me").int ?? 0
        #expect(3_500_000...3_600_000 ~= left)
        try await queue.checkI1()
    }

    @Test(arguments: [false, true])
    func aSettleSentAgainAnswersOnce(byTurn: Bool) async throws {
        let queue = try await asking("a")
        try await queue.claim(1)
        for _ in 0..<3 {
            let settlement = try queue.settlement("a", .completed)
            if byTurn {
                _ = try await queue.turn([settlement], claiming: 1)
            } else {
                _ = try await queue.queue.settle([settlement], configuration: queue.configuration)
            }
        }
        #expect(try await answers(queue).count == 1)
        _ = try await queue.queue.delete([id("a")])
        #expect(try await answers(queue).count == 1)
    }

    @Test func failuresAreAnsweredWhenTheJobIsDead() async throws {
        let queue = try await asking("a")
        try await queue.run("a", .retry(after: .zero))
        #expect(try await answers(queue).isEmpty)
        try await queue.claim(1, number: 2)
        try await queue.settle("a", .dead, number: 2) {
            $0.exitCode = 3
            $0.reason = "exit"
            $0.error = #"exited with code 3: "no" \ é"#
        }
        let answer = try #require(await answers(queue).first)
        #expect(
            answer == #"{"v":1,"id":"a","queue":"Q","state":"dead","reason":"exit","exit_code":3,"#
                + #""error":"exited with code 3: \"no\" \\ é","attempts":2,"finished_at":<now>}"#
        )
        _ = try await queue.queue.retry([id("a")])
        try await queue.run("a", .completed, number: 3)
        #expect(try await answers(queue).count == 2)
        try await queue.checkI1()
    }

    @Test(arguments: [JobState.pending, .scheduled, .failed, .processing])
    func aCancelIsAnsweredOnce(state: JobState) async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: state)
        try await queue.send("HSET", "R:job:a", "reply_to", "me")
        for _ in 0..<2 { _ = try await queue.queue.cancel([id("a")]) }
        if state == .processing {
            #expect(try await answers(queue).isEmpty)
            try await queue.settle("a", .cancelled)
        }
        let answers = try await answers(queue)
        #expect(answers.count == 1 && answers[0].contains(#""state":"cancelled""#))
    }

    @Test(arguments: [JobState.pending, .scheduled, .failed, .completed, .dead, .cancelled])
    func whatGoesAwayBeforeItsEndIsAnswered(state: JobState) async throws {
        for replaces in [false, true] {
            let queue = try TestQueue()
            try await queue.bring("a", to: state)
            try await queue.send("HSET", "R:job:a", "reply_to", "me")
            if replaces {
                try await queue.enqueue("a", replace: true)
            } else {
                _ = try await queue.queue.delete([id("a")])
            }
            let answers = try await answers(queue)
            if state.isFinal {
                #expect(answers.isEmpty)
            } else {
                let word = replaces ? "replaced" : "deleted"
                #expect(answers.count == 1 && answers[0].contains(#""state":"deleted","reason":"\#(word)""#))
            }
            try await queue.checkI1()
        }
    }

    @Test func anExpiredAndAPoisonedJobAreAnswered() async throws {
        let queue = try await asking("late", "poison")
        try await queue.send("HSET", "R:job:late", "expires_at", "1000000000000")
        var configuration = queue.configuration
        configuration.maxCrashes = 1
        #expect(try await queue.claim(1).ids == ["poison"])
        try await queue.move("poison", in: "processing", to: -60)
        try await queue.allowReap()
        let request = ClaimRequest(worker: workerB, number: 1, slots: 1, configuration: configuration)
        #expect(try await queue.queue.claim(request).recovered.count == 1)
        let answers = try await answers(queue)
        #expect(answers.count == 2)
        #expect(answers[0].contains(#""id":"late","queue":"Q","state":"dead","reason":"expired""#))
        #expect(answers[0].contains(#""attempts":0"#))
        #expect(answers[1].contains(#""id":"poison","queue":"Q","state":"dead","reason":"poison""#))
        try await queue.checkI1()
    }

    @Test func theListKeepsTheLatest() async throws {
        let queue = try await asking("a")
        let old = ["RPUSH", queue.keys.reply("me")] + (0..<10_000).map { "old \($0)" }
        var command = RedisCommand(old[0])
        for word in old.dropFirst() { command.append(word) }
        _ = try await queue.redis.send(command)
        try await queue.run("a", .completed)
        #expect(try await queue.send("LLEN", "R:reply:me").int == 10_000)
        #expect(try await queue.send("LINDEX", "R:reply:me", "0").string == "old 1")
        #expect(try await queue.send("LINDEX", "R:reply:me", "-1").string?.hasPrefix("{") == true)
    }

    @Test func whatIsInTheWayOfAnAnswerHoldsUpNoJob() async throws {
        let queue = try await asking("a")
        try await queue.send("SET", "R:reply:me", "in the way")
        try await queue.claim(1)
        #expect(try await queue.settle("a", .completed) == .settled(.completed))
        #expect(try await queue.send("GET", "R:reply:me").string == "in the way")
    }

    @Test(
        arguments: [
            (#"{"id":"p","reply_to":"me","command":"x","priority":11}"#, #""id":"p","#),
            (#"{"reply_to":"me","command":7}"#, ""),
            (#"{"id":"p","reply_to":"me","command":"tru"#, #""id":"p","#),
            (#"{"reply_to":"me","id":"p","id":"q","command":"x"}"#, #""id":"p","#),
            (#"{"id":"a b","reply_to":"me","command":"x"}"#, ""),
            (#"{"id":"there","reply_to":"me","command":"x"}"#, #""id":"there","#),
        ] as [(String, String)]
    )
    func aRejectedPushIsAnswered(raw: String, id: String) async throws {
        let queue = try TestQueue()
        try await queue.enqueue("there")
        try await queue.send("LPUSH", "R:incoming", raw)
        let claim = try await queue.claim(0)
        #expect(try await queue.ingest(claim) == [.rejected])
        #expect(try await queue.ingest(claim) == [.done])
        let reason = try #require(await queue.queue.rejected(limit: 1).first?.reason)
        #expect(
            try await answers(queue) == [
                #"{"v":1,\#(id)"queue":"Q","state":"rejected","error":\#(quoted(reason)),"rejected_id":"<entry>","finished_at":<now>}"#
            ]
        )
        try await queue.checkI1()
    }

    private func quoted(_ reason: String) -> String {
        reason.isEmpty ? "" : JSONValue.quote(reason)
    }

    @Test(arguments: ["{\"command\":\"reply_to\"", #"{"reply_to":"a b"}"#, #"{"reply_to":7}"#, "reply_to", "[]"])
    func withoutAValidNameNobodyIsTold(raw: String) async throws {
        let queue = try TestQueue()
        try await queue.send("LPUSH", "R:incoming", raw)
        #expect(try await queue.ingest(try await queue.claim(0)) == [.rejected])
        #expect(try await queue.send("KEYS", "R:reply:*").array?.isEmpty == true)
    }

    @Test func thePushOfAJobThatExistsIsNoAnswerToWhoWaitsForIt() async throws {
        let queue = try await asking("a")
        try await queue.send("LPUSH", "R:incoming", "a")
        #expect(try await queue.ingest(try await queue.claim(0)) == [.rejected])
        #expect(try await answers(queue).isEmpty)
    }

    @Test func aPreparedHashIsAnsweredToo() async throws {
        let queue = try TestQueue()
        try await queue.send("HSET", "R:job:p", "command", "true", "priority", "11", "reply_to", "me")
        try await queue.send("LPUSH", "R:incoming", "p")
        #expect(try await queue.ingest(try await queue.claim(0)) == [.rejected])
        let answers = try await answers(queue)
        #expect(answers.count == 1 && answers[0].contains(#""id":"p""#) && answers[0].contains("priority: 11"))
    }
}
