import QueueScripts
import RedisClient

/// What became of one job of an enqueue.
public enum EnqueueResult: Sendable, Hashable {
    /// It is in the queue, in this state (pending or scheduled).
    case added(JobState)
    /// It is in the queue in the place of another of the same id.
    case replaced(JobState)
    /// It was not added: a job with its id exists, in this state.
    case exists(JobState)
    /// It was not added, because another of an all-or-none batch exists already.
    case skipped
    /// It was not added: it is signed, and its id was signed for before, or its signature is not valid for a time that is accepted. Why, in
    /// one line.
    case refused(String)
}

/// A job on its way into a queue: its document and the id it will have.
public struct NewJob: Sendable {
    /// The id it will have.
    public let id: JobID
    /// What was asked for.
    public let document: JobDocument

    /// Takes the id of the document, or makes a new one.
    public init(_ document: JobDocument) {
        self.id = document.id ?? .generate()
        self.document = document
    }
}

extension JobQueue {
    /// Adds jobs, up to `batchLimit` in one step (1,000 with `allOrNone`). One round trip.
    ///
    /// - Parameters:
    ///   - jobs: Validated jobs; their documents' `queue` is not looked at.
    ///   - configuration: What the documents leave open is taken from here and stored with each job.
    ///   - replace: Take the place of a job with the same id, unless it is being run.
    ///   - allOrNone: Add nothing if one of them exists.
    /// - Returns: One result for each, in order.
    /// - Throws: `QueueError`; then nothing was added, except that a connection lost twice leaves it unknown.
    public func enqueue(
        _ jobs: [NewJob],
        configuration: QueueConfiguration,
        replace: Bool = false,
        allOrNone: Bool = false
    ) async throws(QueueError) -> [EnqueueResult] {
        guard !jobs.isEmpty else { return [] }
        let attempt = jobs.count == 1 ? "enqueue job \(jobs[0].id)" : "enqueue \(jobs.count) jobs"
        var arguments = RedisArguments()
        arguments.append(JobID.generate().text)
        arguments.append(replace ? 1 : 0)
        arguments.append(allOrNone ? 1 : 0)
        for job in jobs { arguments.append(job, configuration: configuration) }
        let reply = try await run(.enqueue, arguments, attempting: attempt)
        let results = reply.array?.compactMap(EnqueueResult.init(reply:)) ?? []
        guard results.count == jobs.count else { throw unexpected(reply, attempting: attempt) }
        return results
    }
}

extension RedisArguments {
    /// Adds a job as `add.lua` reads it.
    mutating func append(_ job: NewJob, configuration: QueueConfiguration) {
        let document = job.document
        let fields = document.fields(configuration: configuration)
        append(job.id.text)
        append(document.id == nil ? 0 : 1)
        append(document.priority ?? configuration.priority)
        append(document.delay.map { String($0.wholeMilliseconds) } ?? "")
        append(document.runAt.map { String($0.milliseconds) } ?? "")
        if case .after(let wait) = document.expires { append(wait.wholeMilliseconds) } else { append("") }
        append(document.signature.map { String($0.validUntil.milliseconds) } ?? "")
        append(fields.count * 2)
        for field in fields {
            append(field.name)
            append(field.value)
        }
    }
}

extension EnqueueResult {
    init?(reply: RESPValue) {
        guard let parts = reply.array, parts.count == 2, let status = parts[0].string else { return nil }
        let state = parts[1].string.flatMap(JobState.init(rawValue:))
        switch (status, state) {
        case ("ok", let state?): self = .added(state)
        case ("replaced", let state?): self = .replaced(state)
        case ("exists", let state?): self = .exists(state)
        case ("skipped", _): self = .skipped
        case ("refused", _): self = .refused(parts[1].string ?? "")
        default: return nil
        }
    }
}
