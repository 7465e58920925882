/// Every field that a document of version 1 may have, by the name it has in JSON and in a prepared hash.
enum DocumentField: String, CaseIterable, Sendable {
    case version = "v"
    case id, queue, command, argv, task, args, priority
    case maxRetries = "max_retries"
    case backoffBase = "backoff_base"
    case backoffCap = "backoff_cap"
    case timeout, grace, delay
    case runAt = "run_at"
    case expires
    case successCodes = "success_codes"
    case fatalCodes = "fatal_codes"
    case snoozeCodes = "snooze_codes"
    case retryOnOtherHost = "retry_on_other_host"
    case memory
    case cpuSeconds = "cpu_seconds"
    case nice
    case openFiles = "open_files"
    case env
    case envFrom = "env_from"
    case cwd, stdin, tags, meta
    case replyTo = "reply_to"

    /// How a value is written in a prepared hash, where everything is text.
    enum HashForm {
        /// The text itself.
        case text
        /// JSON where the text is a number, otherwise the text itself.
        case numberOrText
        /// JSON: an array or an object.
        case json
    }

    var hashForm: HashForm {
        switch self {
        case .id, .queue, .command, .task, .cwd, .stdin, .replyTo: .text
        case .version, .priority, .maxRetries, .backoffBase, .backoffCap, .timeout, .grace, .delay, .runAt, .expires,
            .memory, .cpuSeconds, .nice, .openFiles:
            .numberOrText
        case .argv, .args, .env, .envFrom, .tags, .meta, .successCodes, .fatalCodes, .snoozeCodes, .retryOnOtherHost:
            .json
        }
    }

    /// What may be given, as the end of every message about the field.
    var accepted: String {
        switch self {
        case .version: "give 1"
        case .id: JobID.accepted
        case .queue: QueueName.accepted
        case .command: "give a shell command of at most \(JobLimits.argumentBytes) bytes"
        case .argv: "give an array of strings, the program first"
        case .task: NameRule.accepted(JobLimits.nameBytes)
        case .args:
            "give an object of at most \(JobLimits.args) strings, numbers, booleans and lists of these, their names of "
                + "\(JobLimits.argNameBytes) bytes"
        case .priority: "give \(JobLimits.priority)"
        case .maxRetries: "give \(JobLimits.maxRetries)"
        case .backoffBase: "give \(ConfigurationType.number(JobLimits.backoffBase).accepted)"
        case .backoffCap: Self.duration(JobLimits.backoffCap)
        case .timeout: Self.duration(JobLimits.timeout)
        case .grace: Self.duration(JobLimits.grace)
        case .delay: Self.duration(JobLimits.delay)
        case .runAt: "give a time such as 2026-11-21T09:00:00Z, or milliseconds since the epoch"
        case .expires:
            Self.duration(JobLimits.expires) + "; or a time such as 2026-11-21T09:00:00Z"
        case .successCodes: "give an array of exit codes, \(JobLimits.exitCode)"
        case .fatalCodes: "give an array of exit codes, \(JobLimits.exitCode)"
        case .snoozeCodes:
            "give an object such as {\"75\":\"10m\"}: exit codes, \(JobLimits.exitCode), and waits of up to "
                + DurationText.format(JobLimits.snooze.upperBound)
        case .retryOnOtherHost: "give true or false"
        case .memory:
            "give bytes, or a size such as 512MiB, from \(ByteSizeText.format(JobLimits.memory.lowerBound)) to "
                + ByteSizeText.format(JobLimits.memory.upperBound)
        case .cpuSeconds: "give \(JobLimits.cpuSeconds)"
        case .nice: "give \(JobLimits.nice)"
        case .openFiles: "give \(JobLimits.openFiles)"
        case .env: "give an object of strings"
        case .envFrom: "give file:NAME, a file that the worker keeps for secrets, or variable:NAME"
        case .cwd: "give an absolute path"
        case .stdin: "give a string"
        case .tags: "give at most \(JobLimits.tags) strings of 1...\(JobLimits.tagBytes) bytes"
        case .meta: "give an object"
        case .replyTo: NameRule.accepted(JobLimits.nameBytes)
        }
    }

    private static func duration(_ range: ClosedRange<Duration>) -> String {
        let bounds = [range.lowerBound, range.upperBound].map(DurationText.format)
        return "give seconds, or a duration such as 500ms, 10s or 1h30m, from \(bounds[0]) to \(bounds[1])"
    }

    /// Fields that a later release supports: refused as such, so that no producer believes they have an effect.
    private static let later: Set<String> = ["unique_key"]

    /// Fields of a stored job that only queuectl writes.
    private static let reserved: Set<String> = Set(Job.systemFields).union([
        "attempts", "worker", "host", "lease_deadline", "request",
        "backoff_cap_ms", "timeout_ms", "grace_ms", "delay_ms", "expires_at",
    ])

    /// The field that is stored under a name which tells its unit: `timeout_ms`, `expires_at`.
    static func field(storedAs name: String) -> DocumentField? {
        let hasUnit = name.hasSuffix("_ms") || name == "expires_at"
        return hasUnit ? DocumentField(rawValue: String(name.dropLast(3))) : nil
    }

    /// Says why a name is not the name of a field.
    static func refusal(ofName name: String) -> DocumentError {
        if later.contains(name) {
            return DocumentError(field: name, problem: "is not supported by this release", accepted: "leave it out")
        }
        if SignedField.own.contains(name) {
            return DocumentError(
                field: name,
                problem: "belongs to a signed job, and there is no signed",
                accepted: "give all of signed, id, key_id, valid_until and signature, or none"
            )
        }
        if reserved.contains(name) {
            let plain = field(storedAs: name)
            return DocumentError(
                field: name,
                problem: "is set by queuectl alone",
                accepted: plain.map { "give \($0.rawValue)" } ?? "leave it out"
            )
        }
        let near = Suggestion.nearest(to: name, among: allCases.map(\.rawValue) + later)
        return DocumentError(
            field: name.isEmpty ? "\"\"" : name,
            problem: "is not a field of a job",
            accepted: near.map { "did you mean \($0)?" }
                ?? "the fields are \(allCases.map(\.rawValue).joined(separator: ", "))"
        )
    }
}

extension JobDocument {
    /// Says why a name is not the name of a field of a document; nil if it is one.
    package static func problem(withName name: String) -> DocumentError? {
        DocumentField(rawValue: name) == nil ? DocumentField.refusal(ofName: name) : nil
    }
}
