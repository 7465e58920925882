import QueueKit

/// A verb on its way through the jobs that were named.
struct JobOperation {
    let verb: JobVerb
    let session: Session
    let console: Console

    /// Does it to all of them, and says for each what happened. Throws if some could not be done.
    func run(on targets: JobTargets) async throws {
        let ids = try targets.checkedIDs()
        guard !ids.isEmpty else { throw Failure(.usage, "Say which jobs to \(verb.name): give ids") }
        let places = try await session.locate(ids, targets.queueOption)
        let outcomes = try await outcomes(ids, places)
        var failures: [Failure] = []
        for (id, place) in zip(ids, places) {
            guard let place, let outcome = outcomes[id] else {
                failures.append(Failure(.notFound, JobVerb.notFound(verb.name, id, in: nil)))
                continue
            }
            switch outcome {
            case .done(let state): print(id, state, in: place.name)
            case .notFound: failures.append(Failure(.notFound, JobVerb.notFound(verb.name, id, in: place.name)))
            case .wrongState(let state):
                failures.append(
                    Failure(.wrongState, "Cannot \(verb.name) job \(id) in \"\(place.name)\": \(verb.refusal(state))")
                )
            }
        }
        try report(failures, of: ids.count)
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

    private func print(_ id: JobID, _ state: JobState, in queue: QueueName) {
        let word = verb.done(state)
        if console.isJSON {
            console.print(
                .members([
                    "id": .string(id.text), "queue": .string(queue.text), "result": .string(word),
                    "state": .string(state.rawValue),
                ])
            )
        } else if console.isQuiet {
            console.print(id.text)
        } else {
            console.print("\(word) \(id)" + (word == "cancelling" ? " (it is running; its worker stops it)" : ""))
        }
    }

    private func report(_ failures: [Failure], of count: Int) throws {
        guard let first = failures.first else { return }
        if count == 1 { throw first }
        for failure in failures { console.report(failure) }
        // All of them for reasons of the same kind say more than "some failed".
        let isUniform = failures.count == count && failures.allSatisfy { $0.status == first.status }
        throw Reported(status: isUniform ? first.status : .failed)
    }
}
