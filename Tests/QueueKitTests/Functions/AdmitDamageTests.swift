import RedisClient
import Testing

@testable import QueueKit

/// Jobs whose documents no worker has read yet, in queues where something is damaged.
@Suite struct AdmitDamageTests {
    private func queue(_ documents: String...) async throws -> TestQueue {
        let queue = try await TestQueue.withFunctions()
        for document in documents { try await queue.add(document) }
        return queue
    }

    /// Somebody has damaged its hash: nothing is counted from such a time, and no worker goes down.
    @Test(arguments: ["9223372036854775807", "-9223372036854775808", "99999999999999999999", "soon"])
    func durationsThatCountFromNowhereAreMalformed(created: String) async throws {
        let queue = try await queue(
            #"{"id":"a","command":"true","delay":"10m"}"#,
            #"{"id":"b","command":"true","expires":"10m"}"#,
            #"{"id":"c","command":"true"}"#
        )
        for id in ["a", "b", "c"] { try await queue.send("HSET", "R:job:\(id)", "created_at", created) }
        let results = try await queue.admit(try await queue.claim(3))
        #expect(results == [.admitted(.dead), .admitted(.dead), .admitted(.pending)])
        let said = "created_at: \"\(created)\" is no time to count delay and expires from"
        #expect(try await queue.queue.job(id("a"))?.error == said)
        #expect(try await queue.queue.retry([id("a")]) == [.done(.pending)])
        var number: Int64 = 1
        #expect(try await queue.claimAndAdmit(3, number: &number).sorted() == ["a", "c"])
        try await queue.checkI1()
    }

    /// It makes room for others, and is buried once there is a place for it.
    @Test func oneThatCannotBeBuriedLetsOthersPass() async throws {
        let queue = try await queue(#"{"id":"m","command":7}"#, #"{"id":"a","command":"true"}"#)
        try await queue.seed("SET R:dlq x")
        let results = try await queue.admit(try await queue.claim(1))
        guard case .waits(let problem) = results[0] else {
            Issue.record("\(results)")
            return
        }
        #expect(problem.contains("dlq: WRONGTYPE") && results[1] == .admitted(.pending), "\(problem)")
        #expect(try await queue.claim(1, number: 2).ids == ["a"])
        try await queue.send("DEL", "R:dlq")
        #expect(try await queue.admit(try await queue.claim(1, number: 3)) == [.admitted(.dead)])
        try await queue.checkI1()
    }

    @Test func aListThatIsNoneHoldsUpOnlyThoseThatWouldMove() async throws {
        var queue = try await queue(
            #"{"id":"s","command":"true","delay":60}"#,
            #"{"id":"p","command":"true"}"#,
            #"{"id":"a","command":"true","priority":5}"#
        )
        queue.configuration.priority = 8
        try await queue.seed("SET R:pending:8 x")
        let results = try await queue.admit(try await queue.claim(1))
        #expect(results.map { if case .waits = $0 { true } else { false } } == [true, true, false], "\(results)")
        #expect(try await queue.claim(1, number: 2).ids == ["a"])
        try await queue.send("DEL", "R:pending:8")
        let then = try await queue.admit(try await queue.claim(2, number: 3))
        #expect(then == [.admitted(.scheduled), .admitted(.pending)])
        try await queue.checkI1()
    }

    @Test func whatFailsIsToldByNumber() async throws {
        let queue = try await queue(#"{"id":"a","command":"true"}"#, #"{"id":"b","command":"true"}"#)
        let claim = try await queue.claim(1)
        try await queue.seed("RENAME R:counts R:kept", "SET R:counts x")
        for (count, said) in [(2, "read 2 jobs that were added"), (1, "read a job that was added")] {
            let jobs = Array(claim.unread.prefix(count))
            let error = await #expect(throws: QueueError.self) {
                try await queue.queue.admit(jobs, configuration: queue.configuration)
            }
            #expect(error?.description.contains(said) == true, "\(error?.description ?? "")")
        }
    }
}
