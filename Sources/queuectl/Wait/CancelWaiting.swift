import QueueKit

/// Cancels jobs, and waits to see what really becomes of those that run: one may end first.
struct CancelWaiting {
    let operation: JobOperation
    /// How long to wait at the most; nil for as long as it takes.
    let limit: Duration?

    /// Says for each job what happened. Throws if some were not cancelled.
    func run(on targets: JobTargets) async throws {
        let ids = try operation.checked(targets)
        let console = operation.console
        var failures: [Failure] = []
        var asked: [JobWatch.Target] = []
        for result in try await operation.perform(on: ids, in: targets.queueOption.name()) {
            switch result {
            case .success(let done) where done.state == .processing:
                asked.append(JobWatch.Target(done.id, in: done.queue))
            case .success(let done): operation.print(done)
            case .failure(let failure): failures.append(failure)
            }
        }
        if !asked.isEmpty { console.note("Waiting for \(asked.count.of("running job")) to stop ...") }
        console.flush()
        let waiting = Waiting(operation.session, console, limit: limit)
        let left = try await waiting.run(asked, for: .ended) { target, result in
            if let failure = tell(result, of: target) { failures.append(failure) }
            console.flush()
        }
        if let first = left.first, let limit {
            failures.append(
                Failure(
                    .timedOut,
                    "Not stopped within \(DurationText.format(limit)): \(left.map(\.id.text).joined(separator: ", ")). "
                        + "It stays cancelled; see queuectl show \(first.id)"
                )
            )
        }
        try operation.report(failures, of: ids.count)
    }

    /// Says what became of a job that ran. Returns a failure if it was not cancelled.
    private func tell(_ result: JobWait.Result, of target: JobWatch.Target) -> Failure? {
        switch result {
        case .reached(let job) where job.state == .cancelled:
            operation.print(JobOperation.Done(id: job.id, queue: job.queue, state: .cancelled))
            return nil
        case .reached(let job), .never(let job):
            let end = job.state == .completed ? "completed" : "ended (\(job.state?.rawValue ?? "damaged"))"
            return operation.wrongState(target.id, in: target.queue, "it \(end) before it could be stopped")
        case .gone:
            return Failure(.notFound, "Job \(target.id) in \"\(target.queue)\" ended, and was deleted since")
        }
    }
}
