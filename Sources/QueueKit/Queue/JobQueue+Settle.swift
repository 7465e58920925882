import QueueScripts
import RedisClient

/// How a run ended, to be told with its token.
public struct Settlement: Sendable {
    /// What is to become of the job.
    public enum Outcome: Sendable, Hashable {
        /// It is done.
        case completed
        /// It failed and runs again after this wait.
        case retry(after: Duration)
        /// It is not done, and has not failed: it runs again after this wait, no retry used.
        case snoozed(for: Duration)
        /// It failed for the last time.
        case dead
        /// It did not get to run to its end, through no fault of its own: back to the front, no retry used.
        case released
        /// It was stopped because somebody cancelled it.
        case cancelled
    }

    /// The job.
    public var id: JobID
    /// The token of the claim that this run began with.
    public var token: JobToken
    /// What is to become of it.
    public var outcome: Outcome
    /// The exit code, if the process exited.
    public var exitCode: Int32?
    /// The number of the signal that ended the process, if one did.
    public var signal: Int32?
    /// Why it did not succeed, one word: `exit`, `signal`, `timeout`, `cancelled`, `spawn_failure`, ...
    public var reason: String?
    /// The same for people, one line.
    public var error: String?
    /// What was measured of the run: a JSON object.
    public var usage: String?
    /// What the job has to hand back, as JSON. Kept until it runs again.
    public var result: String?
    /// How far it came, 0...100. Kept until it runs again.
    public var progress: Int?
    /// The same in its own words, one line.
    public var progressText: String?

    /// Makes a settlement without details.
    public init(id: JobID, token: JobToken, outcome: Outcome) {
        self.id = id
        self.token = token
        self.outcome = outcome
    }
}

/// What a settle did to one job.
public enum SettleResult: Sendable, Hashable {
    /// The run is over and the job is in this state. A job whose cancel was requested is cancelled unless it completed.
    case settled(JobState)
    /// The token is not the job's any more; nothing was changed. With the job's state, unless it is gone.
    case stale(JobState?)
}

extension JobQueue {
    /// Ends runs, up to `batchLimit`. One round trip. The same call again gives the same answer.
    ///
    /// - Throws: `QueueError`; then it is to be called again until it is answered, or the work is done twice.
    public func settle(
        _ settlements: [Settlement],
        configuration: QueueConfiguration
    ) async throws(QueueError) -> [SettleResult] {
        guard !settlements.isEmpty else { return [] }
        let attempt = settlements.count == 1 ? "settle job \(settlements[0].id)" : "settle \(settlements.count) jobs"
        var arguments = RedisArguments()
        arguments.append(configuration.retentionAge.wholeMilliseconds)
        arguments.append(configuration.retentionCount)
        for settlement in settlements { arguments.append(settlement) }
        let reply = try await run(.settle, arguments, attempting: attempt)
        let results = reply.array?.compactMap(SettleResult.init(reply:)) ?? []
        guard results.count == settlements.count else { throw unexpected(reply, attempting: attempt) }
        return results
    }
}

extension RedisArguments {
    mutating func append(_ settlement: Settlement) {
        append(settlement.id.text)
        append(settlement.token.description)
        var delay = ""
        switch settlement.outcome {
        case .completed: append("completed")
        case .dead: append("dead")
        case .released: append("released")
        case .cancelled: append("cancelled")
        case .retry(let wait):
            append("retry")
            delay = String(max(0, wait.wholeMilliseconds))
        case .snoozed(let wait):
            append("snoozed")
            delay = String(max(0, wait.wholeMilliseconds))
        }
        append(delay)
        append(settlement.exitCode.map(String.init) ?? "")
        append(settlement.signal.map(String.init) ?? "")
        append(settlement.reason ?? "")
        append(settlement.error ?? "")
        append(settlement.usage ?? "")
        let further = settlement.furtherFields
        append(further.count * 2)
        for field in further {
            append(field.name)
            append(field.value)
        }
    }
}

extension Settlement {
    /// What is kept in the job's hash only if there is any: a plain success carries none of it.
    fileprivate var furtherFields: [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        if let result { fields.append(("result", result)) }
        if let progress { fields.append(("progress", String(progress))) }
        if let progressText { fields.append(("progress_text", progressText)) }
        return fields
    }
}

extension SettleResult {
    init?(reply: RESPValue) {
        guard let verdict = Verdict(reply) else { return nil }
        switch (verdict.word, verdict.state) {
        case ("ok", let state?): self = .settled(state)
        case ("stale", let state): self = .stale(state)
        default: return nil
        }
    }
}
