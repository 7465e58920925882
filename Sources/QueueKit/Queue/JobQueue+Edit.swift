import QueueScripts
import RedisClient

/// What became of an edit.
public enum EditResult: Sendable, Hashable {
    /// It was done; the job is in this state now.
    case done(JobState)
    /// The job runs, or has ended for good, or is dead and was given a time to run; nothing was changed.
    case wrongState(JobState)
    /// The job has run, or was edited or replaced, since it was read; nothing was changed.
    case changed(JobState)
    /// There is no such job in this queue.
    case notFound
}

extension JobQueue {
    /// Reads a job in order to edit it; nil if there is none. For one whose document no worker has read yet, it reads the
    /// configuration as well, as that worker would have.
    public func draft(of id: JobID) async throws(QueueError) -> JobDraft? {
        let replies = try await pipeline([RedisCommand("HGETALL", keys.job(id))], attempting: "read job \(id)")
        guard let fields = replies[0].fields, fields.contains(where: { $0.0 == "state" }) else { return nil }
        var draft = JobDraft(id: id, queue: name, fields: fields)
        if draft.job.document != nil {
            draft.defaults = try await QueueDirectory(namespace: namespaceKeys.namespace, redis: redis).configuration()
        }
        return draft
    }

    /// Changes what a job asks for, if it does not run and nothing has changed it since it was read. One round trip.
    ///
    /// A pending job whose priority changes goes to the back of the jobs of that priority. A new time moves the job
    /// between pending and scheduled; one that waits for a retry then waits until that time.
    public func edit(_ edit: JobEdit) async throws(QueueError) -> EditResult {
        let id = edit.draft.job.id
        var arguments = RedisArguments()
        arguments.append(JobID.generate().text)
        arguments.append(id.text)
        for mark in edit.draft.marks { arguments.append(mark) }
        switch edit.timing {
        case .unchanged: arguments.append(contentsOf: RedisArguments(["", ""]))
        case .delay(let delay): arguments.append(contentsOf: RedisArguments([String(delay.wholeMilliseconds), ""]))
        case .at(let time): arguments.append(contentsOf: RedisArguments(["", String(time.milliseconds)]))
        }
        arguments.append(edit.expiresAfter.map { String($0.wholeMilliseconds) } ?? "")
        arguments.append(edit.written.count * 2)
        for (name, value) in edit.written {
            arguments.append(name)
            arguments.append(value)
        }
        for name in edit.removed { arguments.append(name) }
        let reply = try await run(.edit, arguments, attempting: "edit job \(id)")
        guard let result = EditResult(reply: reply) else { throw unexpected(reply, attempting: "edit job \(id)") }
        return result
    }
}

extension EditResult {
    init?(reply: RESPValue) {
        guard let verdict = Verdict(reply) else { return nil }
        switch (verdict.word, verdict.state) {
        case ("ok", let state?): self = .done(state)
        case ("wrong_state", let state?): self = .wrongState(state)
        case ("changed", let state?): self = .changed(state)
        case ("not_found", _): self = .notFound
        default: return nil
        }
    }
}
