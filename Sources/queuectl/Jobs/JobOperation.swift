import QueueKit

/// A verb on its way through the jobs that were named.
struct JobOperation {
    let verb: JobVerb
    let session: Session
    let console: Console

    /// What was done to a job.
    struct Done {
        let id: JobID
        let queue: QueueName
        /// The state that the script answered.
        let state: JobState
        /// Whether it made a difference.
        var isChange = true
    }

    /// Does it to all of them, and says for each what happened. Throws if some could not be done.
    func run(on targets: JobTargets) async throws {
        let ids = try checked(targets)
        var failures: [Failure] = []
        for result in try await perform(on: ids, in: targets.queueOption.name()) {
            switch result {
            case .success(let done): print(done)
            case .failure(let failure): failures.append(failure)
            }
        }
        try report(failures, of: ids.count)
    }

    /// The ids that were named: one at least.
    func checked(_ targets: JobTargets) throws(Failure) -> [JobID] {
        let ids = try targets.checkedIDs()
        guard !ids.isEmpty else { throw Failure(.usage, "Say which jobs to \(verb.name): give ids") }
        return ids
    }

    /// Does it to these jobs, in this queue or wherever they are. Returns for each, in order, what was done, or why
    /// nothing was.
    func perform(on ids: [JobID], in queue: QueueName?) async throws -> [Result<Done, Failure>] {
        let places = try await session.locate(ids, in: queue)
        let outcomes = try await outcomes(ids, places)
        return zip(ids, places).map { id, place in
            guard let place, let outcome = outcomes[id] else {
                return .failure(Failure(.notFound, JobVerb.notFound(verb.name, id, in: nil)))
            }
            switch outcome {
            case .done(let state): return .success(Done(id: id, queue: place.name, state: state))
            case .unchanged(let state):
                return .success(Done(id: id, queue: place.name, state: state, isChange: false))
            case .notFound: return .failure(Failure(.notFound, JobVerb.notFound(verb.name, id, in: place.name)))
            case .wrongState(let state): return .failure(wrongState(id, in: place.name, verb.refusal(state)))
            }
        }
    }

    /// The failure for a job that is in a state in which this cannot be done.
    func wrongState(_ id: JobID, in queue: QueueName, _ reason: String) -> Failure {
        Failure(.wrongState, "Cannot \(verb.name) job \(id) in \"\(queue)\": \(reason)")
    }

    private func outcomes(_ ids: [JobID], _ places: [JobQueue?]) async throws(QueueError) -> [JobID: OperationResult] {
        var batches: [QueueName: (queue: JobQueue, ids: [JobID])] = [:]
        for (id, place) in zip(ids, places) {
            guard let place else { continue }
            batches[place.name, default: (place, [])].ids.append(id)
        }
        var outcomes: [JobID: OperationResult] = [:]
        for batch in batches.values {
            for (id, result) in zip(batch.ids, try await verb.perform(batch.queue, batch.ids)) { outcomes[id] = result }
        }
        return outcomes
    }

    /// Says that it was done, or was so already.
    func print(_ done: Done) {
        let word = verb.done(done.state)
        if console.isJSON {
            console.print(
                .members([
                    "id": .string(done.id.text), "queue": .string(done.queue.text), "result": .string(word),
                    "state": .string(done.state.rawValue), "changed": .bool(done.isChange),
                ])
            )
        } else if console.isQuiet {
            console.print(done.id.text)
        } else if !done.isChange {
            console.print("\(done.id) \(verb.already)")
        } else {
            console.print("\(word) \(done.id)" + (word == "cancelling" ? " (it is running; its worker stops it)" : ""))
        }
    }

    /// Throws if some of so many jobs failed.
    func report(_ failures: [Failure], of count: Int) throws { try console.report(failures, of: count) }
}

extension Console {
    /// Throws if some of so many items failed: the failure of a single one, or what they have in common once all are reported.
    func report(_ failures: [Failure], of count: Int) throws {
        guard let first = failures.first else { return }
        if count == 1 { throw first }
        for failure in failures { report(failure) }
        // All of them for reasons of the same kind say more than "some failed".
        let isUniform = failures.count == count && failures.allSatisfy { $0.status == first.status }
        throw Reported(status: isUniform ? first.status : .failed)
    }
}
