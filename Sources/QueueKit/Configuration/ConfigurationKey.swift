/// A setting that is stored in Redis and shared by everyone who uses it.
public enum ConfigurationKey: String, Sendable, CaseIterable, CustomStringConvertible {
    /// Retries after the first attempt.
    case maxRetries = "max-retries"
    /// Base of the backoff.
    case backoffBase = "backoff-base"
    /// Longest wait between attempts.
    case backoffCap = "backoff-cap"
    /// Longest run of a job.
    case jobTimeout = "job-timeout"
    /// From TERM to KILL.
    case grace
    /// Exit codes of jobs that are done.
    case successCodes = "success-codes"
    /// Exit codes after which a job is dead.
    case fatalCodes = "fatal-codes"
    /// Exit codes after which a job runs again later.
    case snoozeCodes = "snooze-codes"
    /// What running jobs get when a worker is asked to stop.
    case shutdownTimeout = "shutdown-timeout"
    /// How long a worker holds a job without renewing.
    case lease
    /// Crashed workers until a job is given up.
    case maxCrashes = "max-crashes"
    /// How long finished jobs are kept.
    case retentionAge = "retention-age"
    /// How many finished jobs are kept.
    case retentionCount = "retention-count"
    /// How long dead jobs are kept.
    case dlqRetentionAge = "dlq-retention-age"
    /// How many dead jobs are kept.
    case dlqRetentionCount = "dlq-retention-count"
    /// How many malformed pushes are kept.
    case rejectedMax = "rejected-max"
    /// How much of a run's output is kept.
    case outputCap = "output-cap"
    /// Priority of jobs that give none.
    case priority
    /// What is not to be shown.
    case redact

    /// The name as typed and stored.
    public var description: String { rawValue }

    /// Finds a key by its name; underscores count as dashes.
    ///
    /// - Throws: `ConfigurationError` for a name that is none, with the one that was probably meant.
    public init(named name: String) throws(ConfigurationError) {
        let dashed = String(name.map { $0 == "_" ? "-" : $0 })
        if let key = ConfigurationKey(rawValue: dashed) {
            self = key
            return
        }
        throw ConfigurationError(
            key: TerminalText.shorten(TerminalText.escape(name), to: 40),
            problem: "is not a setting",
            accepted: Self.advice(insteadOf: dashed)
        )
    }

    private static func advice(insteadOf name: String) -> String {
        // Others have it as a setting of its own, and then have to refuse leases that are shorter than two of it.
        if name == "heartbeat" { return "it is a third of lease: set that" }
        let names = allCases.map(\.rawValue)
        let near = Suggestion.nearest(to: name, among: names)
        return near.map { "did you mean \($0)?" } ?? "the settings are \(names.joined(separator: ", "))"
    }

    /// What the setting does, in one sentence without a full stop.
    public var meaning: String {
        switch self {
        case .maxRetries: "How often a failed job is tried again after its first attempt"
        case .backoffBase: "The wait before retry n is this number to the power of n, in seconds"
        case .backoffCap: "The longest wait between two attempts"
        case .jobTimeout: "How long one run of a job may take, or none"
        case .grace: "How long a job has between TERM and KILL"
        case .successCodes: "Exit codes that mean success"
        case .fatalCodes: "Exit codes after which a job is dead at once, or none"
        case .snoozeCodes: "Exit codes after which a job runs again later, with the wait, or none; no retry is used"
        case .shutdownTimeout: "How long running jobs may go on after a worker is asked to stop"
        case .lease: "How long a worker holds a job without renewing; it renews after a third of it"
        case .maxCrashes: "How many workers a job may take down before it is given up as poison"
        case .retentionAge: "How long completed and cancelled jobs are kept"
        case .retentionCount: "How many completed and cancelled jobs a queue keeps"
        case .dlqRetentionAge: "How long dead jobs are kept; with none, until somebody retries or deletes them"
        case .dlqRetentionCount: "How many dead jobs a queue keeps; with none, all of them"
        case .rejectedMax: "How many malformed pushes a queue keeps"
        case .outputCap: "How much output of each run is kept, its beginning and its end"
        case .redact: "What is hidden in output, errors and what is shown: regular expressions, a line each, or none"
        case .priority: "The priority of jobs that give none; 10 runs first"
        }
    }

    /// What may be given, for example `0...1000`.
    public var accepted: String { type.accepted }

    /// The value, in its stored form, where nothing is configured.
    public var defaultText: String {
        switch self {
        case .maxRetries: "3"
        case .backoffBase: "2"
        case .backoffCap: "1h"
        case .jobTimeout: "none"
        case .grace: "10s"
        case .successCodes: "0"
        case .fatalCodes, .snoozeCodes: ExitCodeText.none
        case .shutdownTimeout: "25s"
        case .lease: "30s"
        case .maxCrashes: "3"
        case .retentionAge: "7d"
        case .retentionCount: "10000"
        case .dlqRetentionAge, .dlqRetentionCount, .redact: "none"
        case .rejectedMax: "10000"
        case .outputCap: "64KiB"
        case .priority: "5"
        }
    }

    /// Checks a value and gives the form it is stored in: `90s` becomes `1m30s`, `65536` bytes become `64KiB`.
    ///
    /// - Throws: `ConfigurationError` if it is of another type or out of range.
    public func canonical(_ text: String) throws(ConfigurationError) -> String {
        try parse(text).canonicalText
    }

    var type: ConfigurationType {
        switch self {
        case .maxRetries: .integer(JobLimits.maxRetries)
        case .backoffBase: .number(JobLimits.backoffBase)
        case .backoffCap: .duration(JobLimits.backoffCap)
        case .jobTimeout: .optionalDuration(JobLimits.timeout)
        case .grace: .duration(JobLimits.grace)
        case .successCodes: .exitCodes(mayBeNone: false)
        case .fatalCodes: .exitCodes(mayBeNone: true)
        case .snoozeCodes: .snoozeCodes
        case .shutdownTimeout: .duration(.zero ... .seconds(86_400))
        case .lease: .duration(.seconds(1) ... .seconds(3600))
        case .maxCrashes: .integer(1...100)
        case .retentionAge: .duration(.zero ... .seconds(3650 * 86_400))
        case .retentionCount: .integer(0...10_000_000)
        case .dlqRetentionAge: .optionalDuration(.zero ... .seconds(3650 * 86_400))
        case .dlqRetentionCount: .optionalInteger(0...10_000_000)
        case .rejectedMax: .integer(0...10_000_000)
        case .outputCap: .bytes(0...(64 << 20))
        case .priority: .integer(JobLimits.priority)
        case .redact: .patterns
        }
    }

    func parse(_ text: String) throws(ConfigurationError) -> ConfigurationValue {
        switch type.parse(text) {
        case .success(let value): return value
        case .failure(let refusal):
            throw error(text, refusal.problem)
        }
    }

    func error(_ text: String, _ problem: String) -> ConfigurationError {
        ConfigurationError(
            key: rawValue,
            value: TerminalText.quotedForMessage(text),
            problem: problem,
            accepted: "give \(accepted)"
        )
    }
}
