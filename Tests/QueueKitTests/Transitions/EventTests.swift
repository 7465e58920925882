import Testing

@testable import QueueKit

/// What is published when jobs move: a word on the channel of each job, and lines on that of the queue.
@Suite struct EventTests {
    let queue: TestQueue

    init() throws { queue = try TestQueue() }

    private func heard(of id: String, during call: () async throws -> Void) async throws -> [String] {
        try await queue.messages(on: queue.queue.keys.jobEvents(JobID(id)), during: call)
    }

    @Test func aJobsChannelTellsOfEveryMoveOfItAndOfNoOther() async throws {
        try await queue.enqueue("a", "b")
        let heard = try await heard(of: "a") {
            try await queue.claim(2)
            try await queue.settle("b", .completed)
            try await queue.settle("a", .retry(after: .zero))
            try await queue.claim(1, number: 2)
            try await queue.settle("a", .dead, number: 2)
            _ = try await queue.queue.retry([id("a")])
            try await queue.claim(1, number: 3)
            try await queue.settle("a", .released, number: 3)
            _ = try await queue.queue.cancel([id("a")])
            _ = try await queue.queue.delete([id("a")])
        }
        #expect(
            heard == [
                "processing", "failed", "pending", "processing", "dead", "pending", "processing", "pending",
                "cancelled", "deleted",
            ]
        )
    }

    @Test func whatBecomesDueOrIsReplacedOrRecoveredIsTold() async throws {
        try await queue.bring("a", to: .scheduled)
        let heard = try await heard(of: "a") {
            try await queue.move("a", in: "scheduled", to: -1)
            try await queue.claim(1)
            try await queue.settle("a", .completed)
            try await queue.enqueue("a", replace: true)
            try await queue.claim(1, number: 2)
            try await queue.move("a", in: "processing", to: -1)
            try await queue.allowReap()
            try await queue.claim(0, number: 3)
        }
        #expect(heard == ["pending", "processing", "completed", "pending", "processing", "pending"])
    }

    @Test func whatChangesNothingIsNotTold() async throws {
        try await queue.bring("a", to: .processing)
        let heard = try await heard(of: "a") {
            try await queue.claim(1)
            try await queue.settle("a", .completed, by: workerB)
            _ = try await queue.queue.delete([id("a")])
            try await queue.enqueue("a")
            try await queue.settle("a", .completed)
            try await queue.settle("a", .completed)
        }
        #expect(heard == ["completed"])
    }

    @Test func theQueuesChannelTellsOfABatchInOneMessage() async throws {
        try await queue.enqueue("a", "b")
        let heard = try await queue.messages(on: queue.keys.events) {
            try await queue.claim(2)
            _ = try await queue.queue.settle(
                [queue.settlement("a", .completed), queue.settlement("b", .dead)],
                configuration: queue.configuration
            )
        }
        #expect(heard == ["processing a\nprocessing b", "completed a\ndead b"])
    }
}
