import QueueScripts
import RedisClient

/// What came of sending a signal to a job.
public enum SignalResult: Sendable, Hashable {
    /// The worker that runs the job was told.
    case sent
    /// The job runs, but its worker does not listen: it has lost its connection, or is gone.
    case unheard
    /// The job is in a state in which there is nothing to send to.
    case wrongState(JobState)
    /// There is no such job in this queue.
    case notFound
}

extension JobQueue {
    /// Halts jobs that run: their workers stop the processes where they are and keep the leases. The wish is stored, and
    /// ends with the run. `.unchanged` for a job that is halted already, `.wrongState` for one that does not run.
    public func pause(_ ids: [JobID]) async throws(QueueError) -> [OperationResult] {
        try await operate(.pauseJob, on: ids, after: channel(and: "pause"), verb: "pause")
    }

    /// Lets halted jobs go on. `.unchanged` for one that was not halted.
    public func resume(_ ids: [JobID]) async throws(QueueError) -> [OperationResult] {
        try await operate(.pauseJob, on: ids, after: channel(and: "resume"), verb: "resume")
    }

    /// Has the worker of a job that runs send this signal to its processes. At most once; nothing is stored.
    ///
    /// - Parameter number: 1...64.
    public func signal(_ id: JobID, _ number: Int32) async throws(QueueError) -> SignalResult {
        let arguments = RedisArguments(
            [JobID.generate().text, namespaceKeys.controlPrefix, id.text, String(number)]
        )
        let attempt = "signal job \(id)"
        let reply = try await run(.signal, arguments, attempting: attempt)
        guard let parts = reply.array, parts.count == 3, let listeners = parts[2].int else {
            throw unexpected(reply, attempting: attempt)
        }
        switch OperationResult(reply: .array(Array(parts.prefix(2)))) {
        case .done: return listeners > 0 ? .sent : .unheard
        case .wrongState(let state): return .wrongState(state)
        case .notFound: return .notFound
        case .unchanged, nil: throw unexpected(reply, attempting: attempt)
        }
    }

    private func channel(and verb: String) -> RedisArguments {
        RedisArguments([namespaceKeys.controlPrefix, verb])
    }
}
