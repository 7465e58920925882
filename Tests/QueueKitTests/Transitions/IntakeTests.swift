import QueueKit
import Testing

/// What claim does with the pushes of other services.
@Suite struct IntakeTests {
    @Test func pushesGetNumbersInTheOrderTheyCame() async throws {
        let queue = try TestQueue()
        try await queue.send("LPUSH", "R:incoming", #"{"command":"a"}"#, "!", #"{"command":"b"}"#)
        try await queue.send("LPUSH", "R:inbox", #"{"command":"landed"}"#)
        let claim = try await queue.claim(1)
        #expect(claim.intake.map(\.number) == [1, 2, 3])
        #expect(
            claim.intake.map { String(decoding: $0.raw, as: UTF8.self) } == [
                #"{"command":"landed"}"#, #"{"command":"a"}"#, #"{"command":"b"}"#,
            ]
        )
        try await queue.expect(
            """
            intake: 1 {"command":"landed"}, 2 {"command":"a"}, 3 {"command":"b"}
            intake_due: 1 <now>, 2 <now>, 3 <now>
            meta: intake 3, reaped_at <now>, schema 1
            worker:a-1-x: jobs , request 1
            """
        )
    }

    @Test func whatIsNotIngestedInFiveSecondsIsHandedOutAgain() async throws {
        let queue = try TestQueue()
        try await queue.send("LPUSH", "R:incoming", #"{"command":"a"}"#)
        #expect(try await queue.claim(1).intake.count == 1)
        try await queue.holdIntake()
        #expect(try await queue.claim(1, by: workerB).intake.isEmpty)
        try await queue.move("1", in: "intake_due", to: -1)
        let again = try await queue.claim(1, by: workerB)
        #expect(again.intake.map(\.number) == [1])
        try await queue.holdIntake()
        #expect(try await queue.claim(1).intake.isEmpty)
        #expect(try await queue.ingest(again) == [.added(.pending)])
        try await queue.checkI1()
    }

    @Test func anIdBringsItsPreparedHash() async throws {
        let queue = try TestQueue()
        try await queue.seed("HSET R:job:a command true priority 9", "LPUSH R:incoming a")
        let item = try #require(try await queue.claim(1).intake.first)
        #expect(item.preparedFields.map(\.0).sorted() == ["command", "priority"])
        try await queue.checkI1()
    }

    @Test func bellsAreDropped() async throws {
        let queue = try TestQueue()
        try await queue.seed("LPUSH R:incoming ! ! !", "LPUSH R:inbox !")
        #expect(try await queue.claim(1).intake.isEmpty)
        try await queue.expect(
            """
            meta: reaped_at <now>, schema 1
            worker:a-1-x: jobs , request 1
            """
        )
    }

    @Test func oneCallTakesInAHundred() async throws {
        let queue = try TestQueue()
        try await queue.seed("LPUSH R:incoming " + (1...450).map { "p\($0)" }.joined(separator: " "))
        var sizes: [Int] = []
        var raws: [String] = []
        for number in 1...6 {
            let claim = try await queue.claim(1, number: Int64(number))
            sizes.append(claim.intake.count)
            raws += claim.intake.map { String(decoding: $0.raw, as: UTF8.self) }
            try await queue.holdIntake()
        }
        #expect(sizes == [100, 100, 100, 100, 50, 0])
        #expect(raws == (1...450).map { "p\($0)" })
        try await queue.checkI1()
    }

    @Test func hugeEntriesAreTakenInAFewAtATimeNewOrOverdue() async throws {
        let queue = try TestQueue()
        let huge = String(repeating: "x", count: 600_000)
        for _ in 0..<5 { try await queue.send("LPUSH", "R:incoming", huge) }
        for (number, expected) in [(Int64(1), 2), (2, 2), (3, 1)] {
            #expect(try await queue.claim(1, number: number).intake.count == expected)
            try await queue.holdIntake()
        }
        for number in 1...5 { try await queue.move(String(number), in: "intake_due", to: -1) }
        #expect(try await queue.claim(1, number: 4).intake.count == 2)
        try await queue.checkI1()
    }

    @Test func aPausedQueueTakesInAsWell() async throws {
        let queue = try TestQueue()
        _ = try await queue.queue.pause()
        try await queue.send("LPUSH", "R:incoming", #"{"command":"true","id":"a"}"#)
        let claim = try await queue.claim(1)
        #expect(claim.isPaused)
        #expect(try await queue.ingest(claim) == [.added(.pending)])
        try await queue.expect(
            """
            counts: enqueued_total 1, pending 1
            job:a: command true, created_at <now>, max_retries 3, priority 5, request intake.1, state pending
            meta: intake 1, paused <now>, reaped_at <now>, schema 1
            pending:5: [a]
            request:<ulid>: [1]
            worker:a-1-x: jobs , request 1
            """
        )
    }
}
