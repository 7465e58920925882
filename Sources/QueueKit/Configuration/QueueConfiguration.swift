/// The settings in force: what is stored in Redis, and the defaults for the rest.
public struct QueueConfiguration: Sendable, Equatable {
    /// Retries after the first attempt: 3.
    public var maxRetries = 3
    /// Base of the backoff, in seconds to the power of the retry: 2.
    public var backoffBase = 2.0
    /// Longest wait between two attempts: one hour.
    public var backoffCap: Duration = .seconds(3600)
    /// Longest run of a job; nil for none.
    public var jobTimeout: Duration?
    /// From TERM to KILL: 10 s.
    public var grace: Duration = .seconds(10)
    /// What exit codes mean where a job does not say: 0 is success, everything else a failure.
    public var exitCodes = ExitCodes()
    /// What running jobs get when a worker is asked to stop: 25 s.
    public var shutdownTimeout: Duration = .seconds(25)
    /// How long a worker holds a job without renewing: 30 s.
    public var lease: Duration = .seconds(30)
    /// Crashed workers until a job is given up: 3.
    public var maxCrashes = 3
    /// How long completed and cancelled jobs are kept: 7 days.
    public var retentionAge: Duration = .seconds(7 * 86_400)
    /// How many completed and cancelled jobs a queue keeps: 10,000.
    public var retentionCount = 10_000
    /// How long dead jobs are kept; nil, the default, for until somebody retries or deletes them.
    public var dlqRetentionAge: Duration?
    /// How many dead jobs a queue keeps; nil, the default, for all.
    public var dlqRetentionCount: Int?
    /// How many malformed pushes a queue keeps: 10,000.
    public var rejectedMax = 10_000
    /// Bytes of output kept of each run: 64 KiB.
    public var outputCap = 65_536
    /// Priority of jobs that give none: 5.
    public var priority = 5
    /// What is hidden in what jobs print and in what is shown of them: nothing.
    public var redact = Redaction.none
    /// What is wrong with the stored values; each of them counts as not set, but of `redact` only the patterns that are named.
    public private(set) var problems: [ConfigurationError] = []

    /// The defaults.
    public init() {}

    /// Reads stored settings. Never fails: unknown names and damaged values are reported in `problems`.
    ///
    /// - Parameter stored: Names and values as they stand in Redis.
    public init(stored: [String: String]) {
        for (name, text) in stored.sorted(by: { $0.key < $1.key }) {
            do {
                let key = try ConfigurationKey(named: name)
                if key == .redact {
                    setPatterns(text)
                    continue
                }
                set(key, to: try key.parse(text))
            } catch {
                problems.append(error)
            }
        }
        dropConflictingCodes()
    }

    /// Of a list of patterns those that make sense hold, whatever is wrong with others.
    private mutating func setPatterns(_ text: String) {
        let (redaction, problems) = Redaction.stored(text)
        redact = redaction
        self.problems += problems.map { ConfigurationKey.redact.error(text, $0.problem) }
    }

    /// A code with two meanings has none: of two settings that have it, the later one counts as not set.
    private mutating func dropConflictingCodes() {
        while let conflict = exitCodes.conflict {
            let key = Self.key(of: conflict.second)
            problems.append(
                ConfigurationError(
                    key: key.rawValue,
                    value: TerminalText.quotedForMessage(text(of: key)),
                    problem: "has \(conflict.code), which is in \(Self.key(of: conflict.first)) too",
                    accepted: "give each code once"
                )
            )
            if key == .fatalCodes { exitCodes.fatal = [] } else { exitCodes.snooze = [:] }
        }
    }

    private static func key(of field: DocumentField) -> ConfigurationKey {
        switch field {
        case .successCodes: .successCodes
        case .fatalCodes: .fatalCodes
        default: .snoozeCodes
        }
    }

    /// Checks that a new value of a setting does not contradict the other settings.
    ///
    /// - Parameter stored: Names and values as they stand in Redis.
    /// - Throws: `ConfigurationError` for what would be wrong with it, and is not now.
    public static func check(
        _ key: ConfigurationKey,
        _ canonicalText: String,
        with stored: [String: String]
    ) throws(ConfigurationError) {
        let before = QueueConfiguration(stored: stored).problems
        let after = QueueConfiguration(stored: stored.merging([key.rawValue: canonicalText]) { _, new in new }).problems
        if let problem = after.first(where: { !before.contains($0) }) { throw problem }
    }

    /// How often a worker renews: a third of the lease.
    public var heartbeat: Duration { lease / 3 }

    /// The value of a setting in its stored form.
    public func text(of key: ConfigurationKey) -> String {
        value(of: key).canonicalText
    }

    private func value(of key: ConfigurationKey) -> ConfigurationValue {
        switch key {
        case .maxRetries: .integer(maxRetries)
        case .backoffBase: .number(backoffBase)
        case .backoffCap: .duration(backoffCap)
        case .jobTimeout: jobTimeout.map { .duration($0) } ?? .unlimited
        case .grace: .duration(grace)
        case .successCodes: .exitCodes(exitCodes.success)
        case .fatalCodes: .exitCodes(exitCodes.fatal)
        case .snoozeCodes: .snoozeCodes(exitCodes.snooze)
        case .shutdownTimeout: .duration(shutdownTimeout)
        case .lease: .duration(lease)
        case .maxCrashes: .integer(maxCrashes)
        case .retentionAge: .duration(retentionAge)
        case .retentionCount: .integer(retentionCount)
        case .dlqRetentionAge: dlqRetentionAge.map { .duration($0) } ?? .unlimited
        case .dlqRetentionCount: dlqRetentionCount.map { .integer($0) } ?? .unlimited
        case .rejectedMax: .integer(rejectedMax)
        case .outputCap: .bytes(outputCap)
        case .priority: .integer(priority)
        case .redact: .patterns(redact)
        }
    }

    private mutating func set(_ key: ConfigurationKey, to value: ConfigurationValue) {
        switch (key, value) {
        case (.maxRetries, .integer(let value)): maxRetries = value
        case (.backoffBase, .number(let value)): backoffBase = value
        case (.backoffCap, .duration(let value)): backoffCap = value
        case (.jobTimeout, .duration(let value)): jobTimeout = value
        case (.jobTimeout, .unlimited): jobTimeout = nil
        case (.grace, .duration(let value)): grace = value
        case (.successCodes, .exitCodes(let value)): exitCodes.success = value
        case (.fatalCodes, .exitCodes(let value)): exitCodes.fatal = value
        case (.snoozeCodes, .snoozeCodes(let value)): exitCodes.snooze = value
        case (.shutdownTimeout, .duration(let value)): shutdownTimeout = value
        case (.lease, .duration(let value)): lease = value
        case (.maxCrashes, .integer(let value)): maxCrashes = value
        case (.retentionAge, .duration(let value)): retentionAge = value
        case (.retentionCount, .integer(let value)): retentionCount = value
        case (.dlqRetentionAge, .duration(let value)): dlqRetentionAge = value
        case (.dlqRetentionAge, .unlimited): dlqRetentionAge = nil
        case (.dlqRetentionCount, .integer(let value)): dlqRetentionCount = value
        case (.dlqRetentionCount, .unlimited): dlqRetentionCount = nil
        case (.rejectedMax, .integer(let value)): rejectedMax = value
        case (.outputCap, .bytes(let value)): outputCap = value
        case (.priority, .integer(let value)): priority = value
        case (.redact, .patterns(let value)): redact = value
        default: break  // `parse` gives each key a value of its own type
        }
    }
}
