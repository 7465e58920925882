import FleetSupport
import QueueKit
import TestSupport
import TestTraits
import Testing

/// Cancels that come as jobs end, with workers that run them.
@Suite(.fault(.cancelRacesCompletion), .threeAtATime) struct CancelRaceTests {
    @Test func aThousandCancelsEndEachJobOnce() async throws {
        try await withFleet { fleet in
            let books = try TotalQueue(folder: fleet.folder.path)
            _ = try await fleet.start(2, count: 8)
            var told: [JobState: Int] = [:]
            for round in 0..<20 {
                // Half of them would be retried if they were not cancelled.
                let ids = try await fleet.enqueue(Array(repeating: books.recorded("exit \(round % 2)"), count: 50)) {
                    $1.maxRetries = 2
                    $1.backoffCap = .milliseconds(200)
                }
                books.acknowledge(ids)
                for id in ids.shuffled() {
                    if case .done(let state) = try await fleet.queue.cancel([id])[0] { told[state, default: 0] += 1 }
                }
            }
            try await waitUntil("all are over", within: .seconds(60)) {
                let counts = try await fleet.counts()
                let over = [JobState.completed, .dead, .cancelled].map { counts[$0] ?? 0 }.reduce(0, +)
                return over == 1000
            }
            print("cancelled while \(told); ends: \(try await fleet.counts())")
            let ids = Array(books.acknowledged)
            for job in try await fleet.jobs(ids) where job.state == .cancelled {
                // One that waited for a retry keeps the reason of its failure.
                #expect(["cancelled", "exit"].contains(job.reason))
                let outcomes = try await fleet.queue.attempts(of: job.id).map(\.outcome)
                // The newest first: nothing came after the cancel.
                #expect(!outcomes.dropFirst().contains("cancelled"))
            }
            _ = try await fleet.requireBalance(of: books)
        }
    }
}
