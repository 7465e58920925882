/// What is on record of one past attempt of a job.
///
/// Kept as JSON in Redis. Fields that this release does not know are skipped, since a newer worker may have written them.
public struct AttemptRecord: Sendable, Equatable {
    /// Which claim of the job it was, from 1.
    public var run: Int
    /// Who held the job.
    public var token: JobToken?
    /// When it began.
    public var startedAt: Timestamp?
    /// When it ended.
    public var finishedAt: Timestamp?
    /// How it was settled: `completed`, `retry`, `snoozed`, `dead`, `released`, `cancelled`, `crashed`.
    public var outcome: String?
    /// The exit code; nil if it ended by a signal or not at all.
    public var exitCode: Int?
    /// The signal that ended it.
    public var signal: Int?
    /// Why it ended, in one word: `exit`, `timeout`, `lease_lost` ...
    public var reason: String?
    /// What went wrong, on one line. Not escaped.
    public var error: String?
    /// The wait before the next attempt.
    public var delay: Duration?
    /// How long it had waited for a worker when it began, counted from when it could have begun.
    public var waited: Duration?
    /// What was measured of it.
    public var usage = RunUsage()

    /// Makes a record.
    public init(run: Int) {
        self.run = run
    }

    /// The record of the current or last run as the job itself tells it; nil before the first. The only attempt of a
    /// job that completed at once is kept nowhere else, nor is one that runs.
    public init?(lastRunOf job: Job) {
        guard job.run > 0, let startedAt = job.startedAt else { return nil }
        run = job.run
        token = job.token
        self.startedAt = startedAt
        waited = job.waited
        guard job.state != .processing else { return }
        finishedAt = job.finishedAt
        outcome = job.state?.rawValue
        exitCode = job.exitCode
        signal = job.signal
        reason = job.reason
        error = job.error
        usage = RunUsage(JSONValue.parsed(job.usage).members)
    }

    /// Reads a record from its JSON; nil if that is damaged.
    public init?(json: [UInt8]) {
        guard let values = JSONValue.parsed(bytes: json)?.members, let run = values["run"]?.integer, run >= 0 else {
            return nil
        }
        self.run = run
        token = values["token"]?.string.flatMap { JobToken($0) }
        startedAt = values["started_at"]?.timestamp
        finishedAt = values["finished_at"]?.timestamp
        outcome = values["outcome"]?.string
        exitCode = values["exit_code"]?.integer
        signal = values["signal"]?.integer
        reason = values["reason"]?.string
        error = values["error"]?.string
        delay = values["delay_ms"]?.wholeNumber.map { .milliseconds(max(0, $0)) }
        waited = values["waited_ms"]?.wholeNumber.map { .milliseconds(max(0, $0)) }
        usage = RunUsage(values)
    }

    /// The record as it is stored: absent fields left out, times and the delay in milliseconds.
    public var storedText: String {
        let members: [(String, JSONValue)] =
            [
                ("run", .integer(run)), ("token", .optional(token?.description)),
                ("started_at", .milliseconds(startedAt)), ("finished_at", .milliseconds(finishedAt)),
                ("outcome", .optional(outcome)), ("exit_code", .integer(exitCode)), ("signal", .integer(signal)),
                ("reason", .optional(reason)), ("error", .optional(error)),
                ("delay_ms", .integer(delay.map { Int($0.wholeMilliseconds) })),
                ("waited_ms", .integer(waited.map { Int($0.wholeMilliseconds) })),
            ] + usage.storedMembers
        return JSONValue.object(members.filter { $0.1 != .null }.map(JSONMember.init)).text
    }

    /// The record as a JSON object for people and programs: times RFC 3339, durations in seconds, absent fields null.
    public var json: String { jsonValue.text }

    /// The same object, for what embeds it in a larger one.
    package var jsonValue: JSONValue {
        let members: [(String, JSONValue)] =
            [
                ("attempt", .integer(run)), ("worker", .optional(token?.worker.description)),
                ("host", .optional(token?.worker.host)), ("started_at", .time(startedAt)),
                ("finished_at", .time(finishedAt)), ("outcome", .optional(outcome)), ("exit_code", .integer(exitCode)),
                ("signal", .integer(signal)), ("reason", .optional(reason)), ("error", .optional(error)),
                ("delay", .seconds(delay)), ("waited", .seconds(waited)),
            ] + usage.publicMembers
        return .object(members.map(JSONMember.init))
    }
}

extension JSONValue {
    /// The members of an object by name; none if it is something else.
    fileprivate var members: [String: JSONValue] {
        guard case .object(let members) = self else { return [:] }
        return Dictionary(members.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    fileprivate var integer: Int? { wholeNumber.map { Int($0) } }

    /// Milliseconds since the epoch, as far as RFC 3339 can write them.
    fileprivate var timestamp: Timestamp? {
        guard let wholeNumber, 0...Timestamp.latest.milliseconds ~= wholeNumber else { return nil }
        return Timestamp(milliseconds: wholeNumber)
    }

    fileprivate static func milliseconds(_ time: Timestamp?) -> JSONValue {
        time.map { .number(String($0.milliseconds)) } ?? .null
    }
}
