import QueueKit
import Testing

/// What a worker takes in of a flood, beside its claims.
@Suite struct TakeInTests {
    private func raws(_ items: [IntakeItem]) -> [String] { items.map { String(decoding: $0.raw, as: UTF8.self) } }

    @Test func oneCallTakesInAThousandInTheOrderTheyCame() async throws {
        let queue = try TestQueue()
        try await queue.seed(
            "LPUSH R:inbox p1",
            "LPUSH R:incoming " + (2...1050).map { "p\($0)" }.joined(separator: " ")
        )
        let first = try await queue.queue.takeIn()
        #expect(raws(first) == (1...1000).map { "p\($0)" })
        #expect(first.map(\.number) == Array(1...1000))
        #expect(try await queue.queue.hasPushes())
        #expect(raws(try await queue.queue.takeIn()) == (1001...1050).map { "p\($0)" })
        #expect(try await queue.queue.takeIn().isEmpty)
        #expect(try await !queue.queue.hasPushes())
        #expect(try await queue.send("HLEN", "R:intake").int == 1050)
        #expect(try await queue.send("ZCARD", "R:intake_due").int == 1050)
        try await queue.checkI1()
    }

    @Test func aMegabyteEndsIt() async throws {
        let queue = try TestQueue()
        let large = String(repeating: "x", count: 300_000)
        for _ in 0..<6 { try await queue.send("LPUSH", "R:incoming", large) }
        #expect(try await queue.queue.takeIn().count == 4)
        // Of an id the hash counts too, which comes along.
        for id in ["a", "b", "c"] {
            try await queue.send("HSET", "R:job:\(id)", "command", "true", "stdin", large + large)
            try await queue.send("LPUSH", "R:incoming", id)
        }
        #expect(try await queue.queue.takeIn().count == 3)
        #expect(raws(try await queue.queue.takeIn()) == ["b", "c"])
    }

    @Test func aBellOnTheWayIsRungAgainBehind() async throws {
        let queue = try TestQueue()
        try await queue.seed("LPUSH R:incoming a ! b")
        #expect(raws(try await queue.queue.takeIn()) == ["a", "b"])
        #expect(try await queue.send("LRANGE", "R:incoming", "0", "-1").texts == ["!"])
        // There it stays, for who has a slot.
        #expect(try await queue.queue.takeIn().isEmpty)
        #expect(try await !queue.queue.hasPushes())
        #expect(try await queue.send("LRANGE", "R:incoming", "0", "-1").texts == ["!"])
    }

    @Test func aClaimLeavesPushesToItIfItIsToldTo() async throws {
        let queue = try TestQueue()
        try await queue.seed("LPUSH R:incoming a b")
        try await queue.enqueue("job")
        var request = ClaimRequest(worker: workerA, number: 1, slots: 1, takesIn: false, configuration: .init())
        let claim = try await queue.queue.claim(request)
        #expect(claim.intake.isEmpty && claim.ids == ["job"])
        request.number = 2
        request.takesIn = true
        #expect(raws(try await queue.queue.claim(request).intake) == ["a", "b"])
    }

    @Test func whatIsOverdueComesFirst() async throws {
        let queue = try TestQueue()
        try await queue.seed("LPUSH R:incoming old")
        #expect(try await queue.queue.takeIn().count == 1)
        try await queue.holdIntake()
        try await queue.move("1", in: "intake_due", to: -1)
        try await queue.seed("LPUSH R:incoming new")
        #expect(raws(try await queue.queue.takeIn()) == ["old", "new"])
    }

    @Test(arguments: ["SET R:incoming x", "SET R:intake x", "SET R:intake_due x", "HSET R:meta intake x"])
    func damageIsToldBeforeAnythingIsMoved(line: String) async throws {
        let queue = try TestQueue()
        try await queue.seed("LPUSH R:inbox a", line)
        let before = try await queue.snapshot()
        await #expect(throws: QueueError.self) { try await queue.queue.takeIn() }
        #expect(try await queue.snapshot() == before)
    }
}
