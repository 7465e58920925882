import RedisClient
import TestSupport
import Testing

@testable import QueueKit

/// Pausing, resuming and signalling jobs that run.
@Suite struct SteerTests {
    let queue: TestQueue

    // A server of its own: the same worker listens in no other test.
    init() throws { queue = try TestQueue(on: RedisServer()) }

    private func told(_ call: () async throws -> Void) async throws -> [String] {
        let heard = try await queue.messages(on: "queuectl:control:\(workerA)", during: call)
        return heard.filter { $0.contains(" \(queue.queue.name) ") }
    }

    @Test func aPauseIsStoredAndToldAndReadAtTheRenewal() async throws {
        try await queue.bring("a", to: .processing)
        #expect(try await queue.renew("a") == .ok)
        let heard = try await told {
            let results = try await queue.queue.pause([id("a")]) + queue.queue.pause([id("a")])
            #expect(results == [.done(.processing), .unchanged(.processing)])
        }
        #expect(heard == ["pause \(queue.queue.name) a", "pause \(queue.queue.name) a"])
        #expect(try await queue.queue.job(id("a"))?.pausedAt != nil)
        #expect(try await queue.renew("a") == .paused)
        #expect(try await queue.renew("a", by: workerB) == .lost)
        _ = try await queue.queue.cancel([id("a")])
        #expect(try await queue.renew("a") == .cancel)
    }

    @Test func aResumeTakesItBack() async throws {
        try await queue.bring("a", to: .processing)
        _ = try await queue.queue.pause([id("a")])
        let heard = try await told {
            let results = try await queue.queue.resume([id("a")])
            #expect(results == [.done(.processing)])
        }
        #expect(heard == ["resume \(queue.queue.name) a"])
        #expect(try await queue.renew("a") == .ok)
        #expect(try await queue.queue.job(id("a"))?.pausedAt == nil)
        #expect(try await queue.queue.resume([id("a")]) == [.unchanged(.processing)])
    }

    @Test(arguments: [JobState.pending, .scheduled, .completed, .failed, .dead, .cancelled])
    func aJobThatDoesNotRunIsLeftAlone(state: JobState) async throws {
        try await queue.bring("a", to: state)
        let before = try await snapshot()
        let heard = try await told {
            let paused = try await queue.queue.pause([id("a"), id("b")])
            let resumed = try await queue.queue.resume([id("a"), id("b")])
            let signalled = [try await queue.queue.signal(id("a"), 1), try await queue.queue.signal(id("b"), 1)]
            #expect(paused == [.wrongState(state), .notFound] && resumed == paused)
            #expect(signalled == [.wrongState(state), .notFound])
        }
        #expect(heard == [])
        #expect(try await snapshot() == before)
        try await queue.checkI1()
    }

    /// The next run is not to stand still because an earlier one did.
    @Test(arguments: [Settlement.Outcome.completed, .retry(after: .zero), .dead, .released, .cancelled])
    func aPauseEndsWithTheRun(outcome: Settlement.Outcome) async throws {
        try await queue.bring("a", to: .processing)
        _ = try await queue.queue.pause([id("a")])
        try await queue.settle("a", outcome)
        #expect(try await queue.queue.job(id("a"))?.pausedAt == nil)
    }

    @Test func aPauseEndsWithTheLease() async throws {
        try await queue.bring("a", to: .processing)
        _ = try await queue.queue.pause([id("a")])
        try await queue.move("a", in: "processing", to: -1)
        try await queue.allowReap()
        let claim = try await queue.claim(1, by: workerB)
        #expect(claim.ids == ["a"] && claim.jobs[0].job.pausedAt == nil)
        #expect(try await queue.renew("a", by: workerB) == .ok)
    }

    @Test func aSignalIsForTheRunThatHasTheJob() async throws {
        try await queue.bring("a", to: .processing)
        #expect(try await queue.queue.signal(id("a"), 1) == .unheard)
        let before = try await snapshot()
        let heard = try await told {
            let result = try await queue.queue.signal(id("a"), 10)
            #expect(result == .sent)
        }
        #expect(heard == ["signal \(queue.queue.name) a \(JobToken(worker: workerA, request: 1)) 10"])
        #expect(try await snapshot() == before)
    }

    /// Asked once more because the answer was lost, it is not sent once more.
    @Test func aSignalIsNotSentTwice() async throws {
        try await queue.bring("a", to: .processing)
        let heard = try await told {
            for _ in 0..<2 {
                let reply = try await queue.run(.signal, "r1", "queuectl:control:", "a", "10")
                #expect(reply.array?.first?.string == "ok" && reply.array?.last?.int == 1)
            }
        }
        #expect(heard.count == 1)
    }

    private func snapshot() async throws -> [String] {
        try await queue.snapshot().split(separator: "\n").map(String.init).filter { !$0.hasPrefix("request:") }
    }
}
