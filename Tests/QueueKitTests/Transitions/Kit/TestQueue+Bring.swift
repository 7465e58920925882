@testable import QueueKit

extension TestQueue {
    /// Enqueues a job and takes it to a state by the transitions themselves; worker a may run it on the way, by this request.
    func bring(_ id: String, to state: JobState, number: Int64 = 1) async throws {
        try await enqueue(id) { if state == .scheduled { $0.delay = .seconds(600) } }
        switch state {
        case .pending, .scheduled: break
        case .cancelled: _ = try await queue.cancel([JobID(id)])
        case .processing: try await claim(1, number: number)
        case .completed: try await run(id, .completed, number: number)
        case .failed: try await run(id, .retry(after: .seconds(600)), number: number)
        case .dead: try await run(id, .dead, number: number)
        }
    }

    /// Has worker a claim the next job, which is this one, and settle it.
    func run(_ id: String, _ outcome: Settlement.Outcome, number: Int64 = 1) async throws {
        try await claim(1, number: number)
        try await settle(id, outcome, number: number)
    }
}
