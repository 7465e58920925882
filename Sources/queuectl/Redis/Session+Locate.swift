import QueueKit

extension Session {
    /// The queue that each job is in, or would be in if there were such a job there: that of `--queue`, or the one
    /// that holds it. Nil where no queue does.
    func locate(_ ids: [JobID], _ option: QueueOption) async throws -> [JobQueue?] {
        try await locate(ids, in: try option.name())
    }

    /// The same for a name that has been checked.
    func locate(_ ids: [JobID], in name: QueueName?) async throws -> [JobQueue?] {
        let places: [JobQueue?]
        if let name {
            places = ids.map { _ in directory.queue(name) }
        } else {
            places = try await directory.locate(ids)
        }
        try await directory.requireKnownSchema(of: Set(places.compactMap { $0?.name }).sorted())
        return places
    }

    /// Reads a job, wherever it is.
    func job(_ id: JobID, _ option: QueueOption, attempting verb: String) async throws -> (job: Job, queue: JobQueue) {
        guard let queue = try await locate([id], option)[0], let job = try await queue.job(id) else {
            throw Failure(.notFound, JobVerb.notFound(verb, id, in: try option.name()))
        }
        return (job, queue)
    }
}
