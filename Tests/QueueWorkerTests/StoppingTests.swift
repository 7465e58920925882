import QueueKit
import RedisClient
import TestSupport
import Testing

@testable import QueueWorker

@Suite struct StoppingTests {
    @Test func letsRunningJobsFinish() async throws {
        let shop = try await Workshop()
        let ids = try await shop.enqueue(["sleep 0.3", "sleep 0.3", "true"])
        try await shop.withWorker(slots: 2) { _ in try await shop.wait(for: ids[1], .processing) }
        #expect(try await shop.job(ids[0]).state == .completed)
        #expect(try await shop.job(ids[1]).state == .completed)
        // Nothing new was begun.
        #expect(try await shop.job(ids[2]).run == 0)
        #expect(try await shop.directory.workers().isEmpty)
    }

    @Test func releasesWhatItMustStopWithoutUsingARetry() async throws {
        let shop = try await Workshop()
        let id = try await shop.enqueue(["sleep 300"])[0]
        let running = try RunningWorker(shop, slots: 1, executor: nil)
        try await shop.wait(for: id, .processing)
        let began = ContinuousClock.now
        try await running.stop(.now)
        #expect(ContinuousClock.now - began < .seconds(3))
        let job = try await shop.job(id)
        #expect(job.state == .pending)
        #expect(job.failures == 0)
        #expect(job.crashCount == 0)
        #expect(try await shop.queue.attempts(of: id).map(\.outcome) == ["released"])
    }

    @Test func stopsAtARequestFromAnywhere() async throws {
        let shop = try await Workshop()
        let running = try RunningWorker(shop, slots: 1, executor: nil)
        try await waitUntil("the worker is registered") { try await shop.directory.workers().count == 1 }
        let asked = try await shop.directory.requestStop([running.worker.id])
        #expect(asked == [running.worker.id])
        try await waitUntil("the worker is gone", within: .seconds(3)) { try await shop.directory.workers().isEmpty }
        try await running.stop()
    }

    @Test func cancelsARunningJobWithinASecond() async throws {
        let shop = try await Workshop()
        let id = try await shop.enqueue(["sleep 300"])[0]
        try await shop.withWorker { _ in
            try await shop.wait(for: id, .processing)
            let began = ContinuousClock.now
            #expect(try await shop.queue.cancel([id]) == [.done(.processing)])
            let job = try await shop.wait(for: id, .cancelled)
            #expect(ContinuousClock.now - began < .seconds(1))
            #expect(job.reason == "cancelled")
        }
    }

    @Test func takesNothingNewWhileQuiet() async throws {
        let shop = try await Workshop()
        try await shop.withWorker { running in
            running.worker.quiet()  // also before it has begun
            try await waitUntil("the worker is registered") { try await shop.directory.workers().count == 1 }
            let id = try await shop.enqueue(["true"])[0]
            try await Task.sleep(for: .milliseconds(300))
            #expect(try await shop.job(id).state == .pending)
            running.worker.resume()
            try await shop.wait(for: id, .completed)
        }
    }
}
