import QueueKit

/// Says what became of the jobs of an enqueue.
struct EnqueuePrinter {
    let console: Console

    /// Prints a job that is in the queue now.
    func print(_ id: JobID, _ state: JobState, replaced: Bool, in queue: QueueName) {
        guard console.isJSON else { return console.print(id.text) }
        console.print(
            .members([
                "id": .string(id.text), "queue": .string(queue.text), "state": .string(state.rawValue),
                "result": .string(replaced ? "replaced" : "added"),
            ])
        )
    }

    /// Prints the jobs of one document. Throws if one of them exists.
    func print(_ jobs: [NewJob], _ results: [EnqueueResult], in queue: QueueName, isArray: Bool) throws(Failure) {
        var existing: [(job: NewJob, state: JobState)] = []
        var refused: (id: JobID, why: String)?
        for (job, result) in zip(jobs, results) {
            switch result {
            case .added(let state): print(job.id, state, replaced: false, in: queue)
            case .replaced(let state): print(job.id, state, replaced: true, in: queue)
            case .exists(let state): existing.append((job, state))
            case .refused(let why): refused = refused ?? (job.id, why)
            case .skipped: break
            }
        }
        if let refused {
            let advice = isArray ? ". Nothing was enqueued" : ""
            throw Failure(.exists, Self.refusedMessage(refused.id, refused.why, in: queue) + advice)
        }
        guard let (job, state) = existing.first else { return }
        if isArray {
            let subject =
                existing.count == 1
                ? "\(job.id) exists already (\(state))"
                : "\(existing.count.grouped) of the ids exist, first \(job.id)"
            throw Failure(
                .exists,
                "Cannot enqueue \(jobs.count.of("job")) in \"\(queue)\": \(subject). Nothing was enqueued",
                field: "id"
            )
        }
        throw Failure(.exists, Self.existsMessage(job, state, in: queue), field: "id")
    }

    /// Why a signed job was not added.
    static func refusedMessage(_ id: JobID, _ why: String, in queue: QueueName) -> String {
        "Cannot enqueue the signed job \(id) in \"\(queue)\": \(why)"
    }

    /// Why a job with an id that exists was not added, and what to do.
    static func existsMessage(_ job: NewJob, _ state: JobState, in queue: QueueName) -> String {
        // A signed job does not take the place of one that was signed too.
        let replacing = job.document.signature == nil ? ", or --replace" : ""
        let advice =
            state == .processing
            ? "it is running. Wait, cancel it, or give another id"
            : "it exists already (\(state)). Give another id\(replacing)"
        return "Cannot enqueue job \(job.id) in \"\(queue)\": \(advice)"
    }
}
