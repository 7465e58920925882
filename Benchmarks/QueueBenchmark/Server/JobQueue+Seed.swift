import QueueKit

extension JobQueue {
    /// Fills the queue with this many jobs of one command, in batches.
    func seed(_ count: Int, command: String = "true", _ change: (inout JobDocument) -> Void = { _ in }) async throws {
        var document = JobDocument(command: command)
        change(&document)
        var left = count
        while left > 0 {
            let jobs = (0..<min(left, Self.batchLimit)).map { _ in NewJob(document) }
            _ = try await enqueue(jobs, configuration: QueueConfiguration())
            left -= jobs.count
        }
    }

    /// Claims and settles jobs in batches, as a worker would, until this many are done.
    func drain(_ count: Int, batch: Int, worker: WorkerID, configuration: QueueConfiguration) async throws {
        var done = 0
        while done < count {
            let request = ClaimRequest(
                worker: worker,
                number: Self.requests.next(),
                slots: min(batch, count - done),
                configuration: configuration
            )
            let jobs = try await claim(request).jobs
            guard !jobs.isEmpty else { throw RanDry() }
            let outcomes = jobs.map { Settlement(id: $0.job.id, token: $0.token, outcome: .completed) }
            _ = try await settle(outcomes, configuration: configuration)
            done += jobs.count
        }
    }

    private static let requests = Counter()
}

/// Says that there were fewer jobs than were put in.
struct RanDry: Error {}
