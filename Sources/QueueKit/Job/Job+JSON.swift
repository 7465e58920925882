extension Job {
    /// The job as one JSON object on one line: what `--json` prints.
    ///
    /// Every key is always there; what is absent is `null`, so that programs can rely on the shape. Times are RFC 3339
    /// in UTC with milliseconds, durations are seconds. `attempts` is the number of runs, `run_at` the due time that was
    /// asked for, `next_run_at` the one in force. Of `command`, `argv` and `task` one is not null. `key_id` says with which key
    /// it was signed. `corrupt` says what is damaged, `document` what has been sent and not been read yet.
    public var json: String { jsonValue.text }

    /// The same object, for what embeds it in a larger one.
    package var jsonValue: JSONValue {
        .object((identityMembers + policyMembers + progressMembers + surroundingMembers).map(JSONMember.init))
    }

    private var identityMembers: [(String, JSONValue)] {
        var shell: JSONValue = .null
        var argv: JSONValue = .null
        var task: (name: String?, args: String?)
        switch command {
        case .shell(let text): shell = .string(text)
        case .argv(let arguments): argv = .array(arguments.map(JSONValue.string))
        case .task(let name, let args): task = (name, args)
        case nil: break
        }
        return [
            ("id", .string(id.text)), ("queue", .string(queue.text)), ("command", shell), ("argv", argv),
            ("task", .optional(task.name)), ("args", .parsed(task.args)),
            ("state", .optional(state?.rawValue)), ("priority", .integer(priority)),
        ]
    }

    private var policyMembers: [(String, JSONValue)] {
        [
            ("attempts", .integer(run)), ("failures", .integer(failures)), ("crash_count", .integer(crashCount)),
            ("max_retries", .integer(maxRetries)), ("backoff_base", .number(NumberText.format(backoffBase))),
            ("backoff_cap", .seconds(backoffCap)), ("timeout", .seconds(timeout)), ("grace", .seconds(grace)),
            ("success_codes", .codes(exitCodes.success)), ("fatal_codes", .codes(exitCodes.fatal)),
            ("snooze_codes", .waits(exitCodes.snooze)), ("retry_on_other_host", .bool(retryOnOtherHost)),
            ("memory", .integer(memory)), ("cpu_seconds", .integer(cpuSeconds)), ("nice", .integer(nice)),
            ("open_files", .integer(openFiles)),
        ]
    }

    private var progressMembers: [(String, JSONValue)] {
        [
            ("run_at", .time(runAt)), ("expires_at", .time(expiresAt)), ("next_run_at", .time(nextRunAt)),
            ("created_at", .time(createdAt)),
            ("updated_at", .time(updatedAt)), ("edited_at", .time(editedAt)), ("started_at", .time(startedAt)),
            ("finished_at", .time(finishedAt)),
            ("cancel_requested", .time(cancelRequested)), ("paused_at", .time(pausedAt)),
            ("exit_code", .integer(exitCode)),
            ("signal", .integer(signal)), ("reason", .optional(reason)), ("error", .optional(error)),
            ("worker", .optional(worker?.description)), ("host", .optional(worker?.host)), ("usage", .parsed(usage)),
            ("progress", .integer(progress)), ("progress_text", .optional(progressText)), ("result", .parsed(result)),
            ("waited", .seconds(waited)), ("failed_hosts", .array(failedHosts.map(JSONValue.string))),
        ]
    }

    private var surroundingMembers: [(String, JSONValue)] {
        [
            ("env", .texts(env)), ("env_from", .texts(envFrom.mapValues(\.description))),
            ("cwd", .optional(cwd)), ("stdin", .optional(stdin)), ("tags", .array(tags.map(JSONValue.string))),
            ("meta", .parsed(meta)), ("reply_to", .optional(replyTo)), ("key_id", .optional(signature?.keyID)),
            ("valid_until", .time(signature?.validUntil)), ("corrupt", .optional(corrupt)),
            ("document", .optional(document.map { String(decoding: $0, as: UTF8.self) })),
        ]
    }
}

extension JSONValue {
    /// A string, or null.
    package static func optional(_ text: String?) -> JSONValue {
        text.map(JSONValue.string) ?? .null
    }

    /// A whole number, or null.
    package static func integer(_ number: Int?) -> JSONValue {
        number.map { .number(String($0)) } ?? .null
    }

    /// Exit codes in ascending order.
    fileprivate static func codes(_ codes: Set<Int>) -> JSONValue {
        .array(codes.sorted().map { .integer($0) })
    }

    /// An object of seconds by exit code.
    fileprivate static func waits(_ waits: [Int: Duration]) -> JSONValue {
        let waits = waits.sorted { $0.key < $1.key }
        return .object(waits.map { JSONMember(name: String($0.key), value: .seconds($0.value)) })
    }

    /// A duration in seconds, or null.
    package static func seconds(_ duration: Duration?) -> JSONValue {
        duration.map { .number(DurationText.seconds($0)) } ?? .null
    }

    /// A time as RFC 3339, or null.
    package static func time(_ time: Timestamp?) -> JSONValue {
        optional(time?.rfc3339)
    }

    /// The value that a text holds, or null.
    static func parsed(_ text: String?) -> JSONValue {
        text.flatMap { parsed(bytes: Array($0.utf8)) } ?? .null
    }

    /// The value that bytes hold; nil if they are no JSON, for readers to whom the reason is of no use.
    static func parsed(bytes: [UInt8]) -> JSONValue? {
        do {
            return try JSONParser.parse(bytes)
        } catch {
            return nil
        }
    }
}
