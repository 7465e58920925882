import QueueKit

extension JobQueue {
    /// Enqueues a job and takes it to a state by the transitions themselves; a worker may run it on the way, by this request.
    public func bring(
        _ id: JobID,
        to state: JobState,
        by worker: WorkerID = WorkerID(host: "a", pid: 1, random: "x"),
        number: Int64 = 1,
        configuration: QueueConfiguration
    ) async throws {
        var document = JobDocument(id: id, command: "true")
        if state == .scheduled { document.delay = .seconds(600) }
        _ = try await enqueue([NewJob(document)], configuration: configuration)
        let outcomes: [JobState: Settlement.Outcome] = [
            .completed: .completed, .failed: .retry(after: .seconds(600)), .dead: .dead,
        ]
        if state == .cancelled { _ = try await cancel([id]) }
        guard outcomes[state] != nil || state == .processing else { return }
        _ = try await claim(ClaimRequest(worker: worker, number: number, slots: 1, configuration: configuration))
        guard let outcome = outcomes[state] else { return }
        let token = JobToken(worker: worker, request: number)
        _ = try await settle([Settlement(id: id, token: token, outcome: outcome)], configuration: configuration)
    }
}
