import QueueScripts
import RedisClient

/// What an operator's verb did to one job.
public enum OperationResult: Sendable, Hashable {
    /// It was done. With the job's state: the new one, or for a delete the last one.
    case done(JobState)
    /// It was so already.
    case unchanged(JobState)
    /// The job is in a state in which this cannot be done; nothing was changed.
    case wrongState(JobState)
    /// There is no such job in this queue.
    case notFound
}

/// How far a bounded bulk operation has come.
public struct BulkStep: Sendable {
    /// Jobs that this step has changed.
    public let changed: Int
    /// Whether there may be more.
    public let hasMore: Bool
    /// The time that the operation stands at: pass it to the next step.
    public let until: Timestamp
}

extension JobQueue {
    /// Cancels jobs that wait; asks the worker of one that runs to stop it (`.done(.processing)`).
    public func cancel(_ ids: [JobID]) async throws(QueueError) -> [OperationResult] {
        var arguments = RedisArguments()
        arguments.append(namespaceKeys.controlPrefix)
        return try await operate(.cancel, on: ids, after: arguments)
    }

    /// Gives dead jobs another life: pending, with failures and crashes forgotten.
    public func retry(_ ids: [JobID]) async throws(QueueError) -> [OperationResult] {
        try await operate(.retry, on: ids)
    }

    /// Deletes jobs with their attempts and output; not while they run.
    public func delete(_ ids: [JobID]) async throws(QueueError) -> [OperationResult] {
        try await operate(.delete, on: ids)
    }

    /// Gives the oldest dead jobs another life, at most `limit` (up to `batchLimit`). Repeat with the step's `until` while it
    /// has more; each job moves once, even if it dies again meanwhile.
    public func retryAll(until: Timestamp? = nil, limit: Int = batchLimit) async throws(QueueError) -> BulkStep {
        try await bulk(.retryAll, verb: "retry", until: until, limit: limit)
    }

    /// Deletes the oldest dead jobs, at most `limit` (up to `batchLimit`). Repeat as with `retryAll`.
    public func purge(until: Timestamp? = nil, limit: Int = batchLimit) async throws(QueueError) -> BulkStep {
        try await bulk(.purge, verb: "purge", until: until, limit: limit)
    }

    /// Pauses the queue: nothing is handed out any more; what runs goes on. Returns whether that changed anything.
    public func pause() async throws(QueueError) -> Bool { try await setPaused("pause") }

    /// Resumes the queue. Returns whether that changed anything.
    public func resume() async throws(QueueError) -> Bool { try await setPaused("resume") }

    /// Runs a verb on ids, `batchLimit` at a time; each batch is one step. Returns one result for each, in order.
    func operate(
        _ script: QueueScript,
        on ids: [JobID],
        after leading: RedisArguments = [],
        verb: String? = nil
    ) async throws(QueueError) -> [OperationResult] {
        let verb = verb ?? script.name
        let attempt = ids.count == 1 ? "\(verb) job \(ids[0])" : "\(verb) \(ids.count) jobs"
        var results: [OperationResult] = []
        var rest = ids[...]
        while !rest.isEmpty {
            let batch = rest.prefix(Self.batchLimit)
            rest = rest.dropFirst(batch.count)
            var arguments = RedisArguments()
            arguments.append(JobID.generate().text)
            arguments.append(contentsOf: leading)
            for id in batch { arguments.append(id.text) }
            let reply = try await run(script, arguments, attempting: attempt)
            let answers = reply.array?.compactMap(OperationResult.init(reply:)) ?? []
            guard answers.count == batch.count else { throw unexpected(reply, attempting: attempt) }
            results += answers
        }
        return results
    }

    private func bulk(
        _ script: QueueScript,
        verb: String,
        until: Timestamp?,
        limit: Int
    ) async throws(QueueError) -> BulkStep {
        var arguments = RedisArguments()
        arguments.append(JobID.generate().text)
        arguments.append(min(max(limit, 1), Self.batchLimit))
        arguments.append(until.map { String($0.milliseconds) } ?? "")
        let attempt = "\(verb) the dead jobs"
        let reply = try await run(script, arguments, attempting: attempt)
        guard let parts = reply.array, parts.count == 3, let changed = parts[0].int, let time = parts[2].int else {
            throw unexpected(reply, attempting: attempt)
        }
        return BulkStep(changed: Int(changed), hasMore: parts[1].int == 1, until: Timestamp(milliseconds: time))
    }

    private func setPaused(_ verb: String) async throws(QueueError) -> Bool {
        var arguments = RedisArguments()
        arguments.append(JobID.generate().text)
        arguments.append(verb)
        let reply = try await run(.pause, arguments, attempting: "\(verb) the queue")
        return reply.array?.first?.int == 1
    }
}

extension OperationResult {
    init?(reply: RESPValue) {
        guard let verdict = Verdict(reply) else { return nil }
        switch (verdict.word, verdict.state) {
        case ("ok", let state?): self = .done(state)
        case ("unchanged", let state?): self = .unchanged(state)
        case ("wrong_state", let state?): self = .wrongState(state)
        case ("not_found", _): self = .notFound
        default: return nil
        }
    }
}
