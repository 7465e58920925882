@testable import QueueKit

extension TestQueue {
    /// Enqueues a job and takes it to a state by the transitions themselves; worker a, request 1, may run it on the way.
    func bring(_ id: String, to state: JobState) async throws {
        try await enqueue(id) { if state == .scheduled { $0.delay = .seconds(600) } }
        switch state {
        case .pending, .scheduled: break
        case .cancelled: _ = try await queue.cancel([JobID(id)])
        case .processing: try await claim(1)
        case .completed: try await run(id, .completed)
        case .failed: try await run(id, .retry(after: .seconds(600)))
        case .dead: try await run(id, .dead)
        }
    }

    /// Has worker a claim the next job, which is this one, and settle it.
    func run(_ id: String, _ outcome: Settlement.Outcome, number: Int64 = 1) async throws {
        try await claim(1, number: number)
        try await settle(id, outcome, number: number)
    }
}
