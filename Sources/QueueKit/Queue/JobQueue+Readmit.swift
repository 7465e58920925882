import QueueScripts
import RedisClient

/// What became of a rejected push that was to be taken in after all.
public enum ReadmitResult: Sendable, Hashable {
    /// It is a job in this state, and rejected no more.
    case added(JobState)
    /// A job has its id, in this state. Nothing was changed.
    case exists(JobState)
    /// A hash that was prepared for another push has its id. Nothing was changed.
    case prepared
    /// The key of its id holds something else than a hash. Nothing was changed.
    case damaged
    /// It is signed, and its signature does not allow it: why, in one line. Nothing was changed.
    case refused(String)
    /// There is no such rejected push. Nothing was changed.
    case notFound
}

extension RejectedPush {
    /// Whether all of it was kept.
    public var isWhole: Bool { keptBytes == length }
}

extension JobQueue {
    /// Reads a rejected push as an intake would read it now: with the prepared hash that it names, if there is one.
    public func item(of push: RejectedPush) async throws(QueueError) -> IntakeItem {
        var fields: [(String, [UInt8])] = []
        if let text = String(validating: push.raw, as: UTF8.self), let id = try? JobID(text) {
            let command = RedisCommand("HGETALL", keys.job(id))
            fields = try await pipeline([command], attempting: "read the prepared hash \(id)")[0].fields ?? []
        }
        return IntakeItem(number: 0, raw: push.raw, preparedFields: fields)
    }

    /// Makes a job of what was rejected, as it was or corrected, and takes it off the rejected ones; all or nothing. One round
    /// trip. The count of all that ever were rejected stays.
    ///
    /// - Parameters:
    ///   - id: The number of the rejected push.
    ///   - job: What it is to be. Its document's `queue` is not looked at.
    ///   - isPrepared: Whether the hash of the job's id was written by the pusher; it gives way to the job.
    public func readmit(
        _ id: String,
        as job: NewJob,
        isPrepared: Bool = false,
        configuration: QueueConfiguration
    ) async throws(QueueError) -> ReadmitResult {
        guard Self.isStreamID(id) else { return .notFound }
        let attempt = "take the rejected push \(id) in"
        var arguments = RedisArguments()
        arguments.append(JobID.generate().text)
        arguments.append(id)
        arguments.append(isPrepared ? 1 : 0)
        arguments.append(job, configuration: configuration)
        let reply = try await run(.readmit, arguments, attempting: attempt)
        guard let result = ReadmitResult(reply: reply) else { throw unexpected(reply, attempting: attempt) }
        return result
    }
}

extension ReadmitResult {
    init?(reply: RESPValue) {
        guard let parts = reply.array, parts.count == 2, let status = parts[0].string else { return nil }
        switch (status, parts[1].string.flatMap(JobState.init(rawValue:))) {
        case ("ok", let state?): self = .added(state)
        case ("exists", let state?): self = .exists(state)
        case ("prepared", _): self = .prepared
        case ("damaged", _): self = .damaged
        case ("refused", _): self = .refused(parts[1].string ?? "")
        case ("not_found", _): self = .notFound
        default: return nil
        }
    }
}
