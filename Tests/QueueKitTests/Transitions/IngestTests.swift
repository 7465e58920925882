import QueueKit
import Testing

@Suite struct IngestTests {
    private func pushed(_ entries: String..., seed: String...) async throws -> (TestQueue, Claim) {
        let queue = try TestQueue()
        for line in seed { try await queue.seed(line) }
        for entry in entries { try await queue.send("LPUSH", "R:incoming", entry) }
        return (queue, try await queue.claim(0))
    }

    @Test func aDocumentBecomesAJob() async throws {
        let (queue, claim) = try await pushed(#"{"id":"a","command":"true","priority":8}"#)
        #expect(try await queue.ingest(claim) == [.added(.pending)])
        try await queue.expect(
            """
            counts: enqueued_total 1, pending 1
            incoming: [!]
            job:a: command true, created_at <now>, max_retries 3, priority 8, request intake.1, state pending
            meta: intake 1, reaped_at <now>, schema 1
            pending:8: [a]
            """
        )
    }

    @Test func aDelayedDocumentIsScheduled() async throws {
        let (queue, claim) = try await pushed(#"{"id":"a","command":"true","delay":60}"#)
        #expect(try await queue.ingest(claim) == [.added(.scheduled)])
        try await queue.checkI1()
    }

    @Test func aPreparedHashBecomesAJob() async throws {
        let (queue, claim) = try await pushed("a", seed: "HSET R:job:a command true timeout 90")
        #expect(try await queue.ingest(claim) == [.added(.pending)])
        try await queue.expect(
            """
            counts: enqueued_total 1, pending 1
            incoming: [!]
            job:a: command true, created_at <now>, max_retries 3, priority 5, request intake.1, state pending, timeout_ms 90000
            meta: intake 1, reaped_at <now>, schema 1
            pending:5: [a]
            """
        )
    }

    @Test func theSameIngestAgainIsDone() async throws {
        let (queue, claim) = try await pushed(#"{"command":"true"}"#, "nonsense [")
        #expect(try await queue.ingest(claim) == [.added(.pending), .rejected])
        let before = try await queue.snapshot()
        #expect(try await queue.ingest(claim) == [.done, .done])
        #expect(try await queue.snapshot() == before)
        try await queue.checkI1()
    }

    @Test(arguments: [
        "[]", "{", "12", "a b", "no-such-hash", #"{"command":7}"#, #"{"command":"x","priority":11}"#,
        #"{"command":"x","state":"pending"}"#, #"{"command":"x","queue":"other"}"#, "",
    ])
    func aMalformedPushIsSetAsideAndItsNeighbourGoesOn(raw: String) async throws {
        let (queue, claim) = try await pushed(raw, #"{"command":"true"}"#)
        #expect(try await queue.ingest(claim) == [.rejected, .added(.pending)])
        let rejected = try await queue.queue.rejected(limit: 10)
        #expect(rejected.map(\.raw) == [Array(raw.utf8)])
        #expect(rejected.first?.reason.isEmpty == false)
        try await queue.checkI1()
    }

    @Test(arguments: ["HSET R:job:a command true state completed", "HSET R:job:a command true token x"])
    func aPreparedHashWithReservedFieldsIsRefused(line: String) async throws {
        let (queue, claim) = try await pushed("a", seed: line)
        #expect(try await queue.ingest(claim) == [.rejected])
    }

    @Test func anIdPushedTwiceIsTakenOnce() async throws {
        let (queue, claim) = try await pushed("a", "a", seed: "HSET R:job:a command true")
        #expect(try await queue.ingest(claim) == [.added(.pending), .rejected])
        #expect(try await queue.claim(9, number: 2).ids == ["a"])
        try await queue.checkI1()
    }

    @Test func anIdThatIsTakenIsRefusedWhateverItsState() async throws {
        for state in JobState.allCases {
            let queue = try TestQueue()
            try await queue.bring("a", to: state)
            try await queue.send("LPUSH", "R:incoming", #"{"id":"a","command":"other"}"#)
            let claim = try await queue.claim(0, number: 9)
            #expect(try await queue.ingest(claim) == [.rejected])
            #expect(try await queue.queue.job(id("a"))?.state == state)
            try await queue.checkI1()
        }
    }

    @Test func aKeyOfAnotherTypeRefusesOnlyItsJob() async throws {
        let (queue, claim) = try await pushed(
            #"{"id":"a","command":"x"}"#,
            #"{"id":"b","command":"x"}"#,
            seed: "SET R:job:a x"
        )
        #expect(try await queue.ingest(claim) == [.rejected, .added(.pending)])
        try await queue.checkI1()
    }

    @Test func ofAHugePushTheBeginningIsKept() async throws {
        let raw = "{" + String(repeating: "x", count: 70_000)
        let (queue, claim) = try await pushed(raw)
        #expect(try await queue.ingest(claim) == [.rejected])
        let kept = try #require(try await queue.queue.rejected(limit: 1).first)
        #expect((kept.raw.count, kept.length, kept.sha1?.count) == (65_536, 70_001, 40))
        try await queue.checkI1()
    }

    @Test func rejectedPushesAreCappedAndCounted() async throws {
        var queue = try TestQueue()
        queue.configuration.rejectedMax = 3
        for number in 1...5 { try await queue.send("LPUSH", "R:incoming", "bad \(number)") }
        try await queue.ingest(try await queue.claim(0))
        #expect(
            try await queue.queue.rejected(limit: 9).map { String(decoding: $0.raw, as: UTF8.self) } == [
                "bad 5", "bad 4", "bad 3",
            ]
        )
        let status = try await queue.queue.status(heartbeat: .seconds(10))
        #expect((status.rejected, status.totals["rejected"]) == (3, 5))
        try await queue.checkI1()
    }
}
