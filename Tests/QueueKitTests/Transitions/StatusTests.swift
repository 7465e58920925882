import QueueKit
import Testing

@Suite struct StatusTests {
    @Test func theStatesTotalsAndThroughputAreCounted() async throws {
        let queue = try TestQueue()
        try await queue.bring("c", to: .completed)
        for (number, outcome) in [(Int64(2), Settlement.Outcome.dead), (3, .retry(after: .seconds(600)))] {
            try await queue.enqueue("f\(number)")
            try await queue.run("f\(number)", outcome, number: number)
        }
        try await queue.enqueue("p")
        try await queue.renew("c")
        try await queue.send("LPUSH", "R:incoming", "x")
        let status = try await queue.queue.status(heartbeat: .seconds(10))
        #expect(
            status.jobs == [
                .pending: 1, .scheduled: 0, .processing: 0, .failed: 1, .completed: 1, .dead: 1, .cancelled: 0,
            ]
        )
        #expect(status.totals["enqueued"] == 4)
        #expect(status.totals["completed"] == 1)
        #expect(status.totals["failures"] == 2)
        #expect((status.workers, status.incoming, status.pausedSince) == (1, 1, nil))
        #expect(status.throughput.last.map { [$0.minutes, $0.completed, $0.failed] } == [15, 1, 2])
        #expect(try #require(status.oldestPendingAge) < .seconds(60))
    }

    @Test func throughputCountsTheMinutesItSaysAcrossTheHour() async throws {
        let queue = try TestQueue()
        let minute = try await queue.queue.serverTime().milliseconds / 60_000
        for age in [Int64(3), 10, 20] {
            let hour = (minute - age) / 60
            try await queue.send("HINCRBY", "R:history:\(hour)", "\((minute - age) % 60):completed", "\(age)")
        }
        let status = try await queue.queue.status(heartbeat: .seconds(10))
        #expect(status.throughput.map(\.completed) == [0, 3, 13])
    }

    @Test func aPausedQueueSaysSinceWhenAndAnEmptyOneIsAllZero() async throws {
        let queue = try TestQueue()
        #expect(try await queue.queue.status(heartbeat: .seconds(10)).jobs.values.allSatisfy { $0 == 0 })
        _ = try await queue.queue.pause()
        #expect(try await queue.queue.status(heartbeat: .seconds(10)).pausedSince != nil)
    }
}
