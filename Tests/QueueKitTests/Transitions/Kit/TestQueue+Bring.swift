import QueueTestSupport

@testable import QueueKit

extension TestQueue {
    /// Enqueues a job and takes it to a state by the transitions themselves; worker a may run it on the way, by this request.
    func bring(_ id: String, to state: JobState, number: Int64 = 1) async throws {
        try await queue.bring(JobID(id), to: state, by: workerA, number: number, configuration: configuration)
    }

    /// Has worker a claim the next job, which is this one, and settle it.
    func run(_ id: String, _ outcome: Settlement.Outcome, number: Int64 = 1) async throws {
        try await claim(1, number: number)
        try await settle(id, outcome, number: number)
    }
}
