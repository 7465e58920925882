import QueueTestSupport
import RedisClient
import TestTraits
import Testing

@testable import QueueKit

/// A newer release of the same schema writes to the same queue.
@Suite(.fault(.mixedReleases)) struct MixedReleaseTests {
    /// What it keeps with a job stays there, whatever is done with the job.
    @Test(arguments: Transition.all)
    func fieldsThatThisReleaseDoesNotKnowAreKept(transition: Transition) async throws {
        let queue = try TestQueue()
        try await transition.given(queue)
        guard try await queue.send("EXISTS", "R:job:j").int == 1 else { return }
        try await queue.seed(
            "HSET R:job:j shiny 1",
            "HSET R:meta shiny 2",
            "HSET R:counts shiny_total 3",
            "HSET R:job:j request 4"
        )
        _ = try await transition.call(queue, queue.queue)
        #expect(try await queue.send("HGET", "R:meta", "shiny").string == "2")
        #expect(try await queue.send("HGET", "R:counts", "shiny_total").string == "3")
        // It may be gone by now, or another have taken its place.
        guard try await queue.send("HGET", "R:job:j", "request").string == "4" else { return }
        #expect(try await queue.send("HGET", "R:job:j", "shiny").string == "1")
        try await queue.checkI1()
    }

    @Test func fieldsAreKeptThroughAWholeLife() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a")
        try await queue.seed("HSET R:job:a shiny 1")
        let claim = try await queue.claim(1)
        #expect(claim.jobs.first?.job.unknownFields == ["shiny"])
        try await queue.settle("a", .retry(after: .zero))
        try await queue.claim(1, number: 2)
        try await queue.settle("a", .dead, number: 2)
        _ = try await queue.queue.retry([id("a")])
        try await queue.claim(1, number: 3)
        try await queue.move("a", in: "processing", to: -1)
        try await queue.allowReap()
        try await queue.claim(0)
        try await queue.claim(1, number: 4)
        try await queue.settle("a", .completed, number: 4)
        #expect(try await queue.queue.job(id("a"))?.unknownFields == ["shiny"])
    }

    /// A job in a state that only the newer release knows is its own: nobody here touches it.
    @Test(arguments: Transition.all)
    func aJobInAStateThatThisReleaseDoesNotKnowIsLeftAlone(transition: Transition) async throws {
        let queue = try TestQueue()
        try await transition.given(queue)
        guard try await queue.send("EXISTS", "R:job:j").int == 1 else { return }
        try await queue.seed("HSET R:job:j state archived")
        let before = try await fields(of: "j", queue)
        do {
            _ = try await transition.call(queue, queue.queue)
        } catch let error as QueueError {
            #expect(error.code == .broken, "\(error)")
        }
        #expect(try await fields(of: "j", queue) == before)
        #expect(try await queue.queue.job(id("j"))?.state == nil)
    }

    private func fields(of id: String, _ queue: TestQueue) async throws -> [String: String] {
        let words = try await queue.send("HGETALL", "R:job:\(id)").texts
        let pairs = stride(from: 0, to: words.count, by: 2).map { (words[$0], words[$0 + 1]) }
        return Dictionary(pairs) { first, _ in first }
    }

    @Test func whatThisReleaseDoesNotKnowOfAttemptsAndOutputIsPassedOver() async throws {
        let queue = try TestQueue()
        try await queue.bring("a", to: .dead)
        try await queue.send(
            "LPUSH",
            "R:attempts:a",
            #"{"run":2,"outcome":"deferred","shiny":{"a":[1]},"token":"b-2-y.9"}"#
        )
        try await queue.send("LPUSH", "R:attempts:a", "[]")
        try await queue.seed(
            "XADD R:log:a:1 1-0 stream stdout offset 0 time 1 data x shiny 1",
            "XADD R:log:a:1 2-0 stream stdnew offset 0 time 1 data y"
        )
        #expect(try await queue.queue.attempts(of: id("a")).map(\.outcome).contains("deferred"))
        #expect(try await queue.queue.log(of: id("a"), run: 1).map(\.data).contains([UInt8(ascii: "x")]))
        // A settle of that run is known to be done.
        #expect(try await queue.settle("a", .completed, by: workerB, number: 9) == .settled(.dead))
    }
}
