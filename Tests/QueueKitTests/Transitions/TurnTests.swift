import QueueKit
import Testing

/// Outcomes and a claim in one call: nothing but what a settle and then a claim would do.
@Suite struct TurnTests {
    @Test func theRunEndsAndTheNextBegins() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a", "b", "c")
        try await queue.claim(2)
        let outcomes = [try queue.settlement("a", .completed), try queue.settlement("b", .retry(after: .seconds(60)))]
        let turn = try await queue.turn(outcomes, claiming: 2)
        #expect(turn.settled == [.settled(.completed), .settled(.failed)])
        #expect(turn.claim.ids == ["c"])
        try await queue.checkI1()
    }

    @Test(arguments: [Settlement.Outcome.completed, .retry(after: .seconds(60)), .dead, .released, .cancelled])
    func itLeavesWhatTheTwoCallsWouldLeave(outcome: Settlement.Outcome) async throws {
        var left: [String] = []
        for isTurn in [false, true] {
            let queue = try TestQueue()
            try await queue.enqueue("a", "b", "c")
            try await queue.claim(1)
            if isTurn {
                _ = try await queue.turn([queue.settlement("a", outcome)], claiming: 1)
            } else {
                try await queue.settle("a", outcome)
                try await queue.claim(1, number: 2)
            }
            left.append(try await queue.snapshot())
            try await queue.checkI1()
        }
        #expect(left[0] == left[1])
    }

    @Test func eachHalfCanBeRepeatedOnItsOwn() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a", "b")
        try await queue.claim(1)
        let outcome = try queue.settlement("a", .completed)
        _ = try await queue.turn([outcome], claiming: 1)
        let before = try await queue.snapshot()
        #expect(try await queue.settle("a", .completed) == .settled(.completed))
        #expect(try await queue.claim(1, number: 2).ids == ["b"])
        #expect(try await queue.turn([outcome], claiming: 1).claim.ids == ["b"])
        #expect(try await queue.snapshot() == before)
    }

    @Test func anOutcomeInTimeIsNoCrash() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a", "b")
        try await queue.claim(2)
        for id in ["a", "b"] { try await queue.move(id, in: "processing", to: -1) }
        try await queue.allowReap()
        let turn = try await queue.turn([queue.settlement("a", .completed)], claiming: 0)
        #expect(turn.settled == [.settled(.completed)])
        #expect(turn.claim.recovered.map(\.text) == ["b"])
        try await queue.checkI1()
    }

    @Test func aStaleOutcomeChangesNothingAndTheClaimGoesOn() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a", "b")
        try await queue.claim(1)
        let turn = try await queue.turn([queue.settlement("a", .completed, by: workerB)], claiming: 1)
        #expect(turn.settled == [.stale(.processing)])
        #expect(turn.claim.ids == ["b"])
        try await queue.checkI1()
    }

    @Test func oneBrokenListStopsNeither() async throws {
        let queue = try TestQueue()
        for (id, priority) in [("a", 7), ("b", 3)] { try await queue.enqueue(id) { $0.priority = priority } }
        try await queue.claim(1)
        try await queue.seed("SET R:pending:5 x")
        let turn = try await queue.turn([queue.settlement("a", .completed)], claiming: 1)
        #expect(turn.settled == [.settled(.completed)])
        #expect(turn.claim.ids == ["b"])
        try await queue.send("DEL", "R:pending:5")
        try await queue.checkI1()
    }

    @Test func historyCountsWhatEndedWhileOldJobsAreForgotten() async throws {
        let queue = try TestQueue()
        try await queue.bring("old", to: .completed)
        try await queue.move("old", in: "completed", to: -1_000_000)
        try await queue.enqueue("a")
        try await queue.claim(1, number: 2)
        try await queue.allowReap()
        _ = try await queue.turn([queue.settlement("a", .completed, number: 2)], claiming: 1, number: 3)
        #expect(try await queue.queue.job(id("old")) == nil)
        let ended = try await queue.queue.status(heartbeat: .seconds(10)).jobs[.completed]
        #expect(ended == 1)
        let history = try await queue.snapshot().split(separator: "\n").filter { $0.hasPrefix("history") }
        #expect(history.joined().contains("completed 2"))
        try await queue.checkI1()
    }

    @Test func aRetryThatIsDueSoonRings() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .processing)
        _ = try await queue.turn([queue.settlement("a", .retry(after: .seconds(1)))], claiming: 0)
        #expect(try await queue.send("LLEN", "R:incoming").int == 1)
    }
}
