extension JobDocument {
    /// The fields to store for the job: names and values of its hash, without id, queue, delay, and what the transitions write.
    ///
    /// What the document leaves open takes the configured value now, so that a later change of the configuration does
    /// not touch jobs that exist. `priority` and `max_retries` are always stored. `backoff_base`, `backoff_cap_ms`,
    /// `grace_ms` and the exit codes are left out where they are `StoredDefaults`, and everything else where it is absent: that takes 32 of
    /// 296 bytes off a plain job (Redis 7.0, MEMORY USAGE). `delay` is not among them, nor is `expires` where it is a duration: only
    /// Redis' clock knows from when they count.
    ///
    /// - Parameter configuration: The configuration at this moment.
    /// - Returns: `command`, `argv` (JSON array) or `task` with `args` (JSON object), `priority`, `max_retries`, `backoff_base`, `backoff_cap_ms`,
    ///   `timeout_ms`, `grace_ms`, `success_codes`, `fatal_codes` (JSON arrays), `snooze_codes` (JSON object),
    ///   `retry_on_other_host`, `memory` (bytes), `cpu_seconds`, `nice`, `open_files`, `run_at` and `expires_at` (ms since the epoch), `env`, `env_from` (JSON objects), `cwd`,
    ///   `stdin`, `tags` (JSON array), `meta` (JSON object), `reply_to`; of a signed one also `signed`, `key_id`, `valid_until` (ms since the
    ///   epoch) and `signature`. Durations are in milliseconds.
    public func fields(configuration: QueueConfiguration) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        if let command { fields.append(("command", command)) }
        if let argv { fields.append(("argv", Self.array(argv))) }
        if let task { fields.append(("task", task)) }
        if let args { fields.append(("args", args)) }
        fields.append(("priority", String(priority ?? configuration.priority)))
        fields.append(("max_retries", String(maxRetries ?? configuration.maxRetries)))
        let base = backoffBase ?? configuration.backoffBase
        if base != StoredDefaults.backoffBase { fields.append(("backoff_base", NumberText.format(base))) }
        let cap = backoffCap ?? configuration.backoffCap
        if cap != StoredDefaults.backoffCap { fields.append(("backoff_cap_ms", Self.milliseconds(cap))) }
        if let timeout = timeout ?? configuration.jobTimeout {
            fields.append(("timeout_ms", Self.milliseconds(timeout)))
        }
        let grace = grace ?? configuration.grace
        if grace != StoredDefaults.grace { fields.append(("grace_ms", Self.milliseconds(grace))) }
        fields += exitCodeFields(configured: configuration.exitCodes)
        if retryOnOtherHost == true { fields.append(("retry_on_other_host", "true")) }
        if let memory { fields.append(("memory", String(memory))) }
        if let cpuSeconds { fields.append(("cpu_seconds", String(cpuSeconds))) }
        if let nice { fields.append(("nice", String(nice))) }
        if let openFiles { fields.append(("open_files", String(openFiles))) }
        if let runAt { fields.append(("run_at", String(runAt.milliseconds))) }
        if case .at(let time) = expires { fields.append(("expires_at", String(time.milliseconds))) }
        if let env, !env.isEmpty { fields.append(("env", JSONValue.texts(env).text)) }
        if let envFrom, !envFrom.isEmpty {
            fields.append(("env_from", JSONValue.texts(envFrom.mapValues(\.description)).text))
        }
        if let cwd { fields.append(("cwd", cwd)) }
        if let stdin { fields.append(("stdin", stdin)) }
        if let tags, !tags.isEmpty { fields.append(("tags", Self.array(tags))) }
        if let meta { fields.append(("meta", meta)) }
        if let replyTo { fields.append(("reply_to", replyTo)) }
        if let signature { fields += signature.fields }
        return fields
    }

    private func exitCodeFields(configured: ExitCodes) -> [(name: String, value: String)] {
        let codes = ExitCodes(self, configured: configured)
        if codes == StoredDefaults.exitCodes { return [] }
        var fields: [(name: String, value: String)] = []
        if codes.success != StoredDefaults.exitCodes.success {
            fields.append(("success_codes", Self.array(codes.success)))
        }
        if !codes.fatal.isEmpty { fields.append(("fatal_codes", Self.array(codes.fatal))) }
        if !codes.snooze.isEmpty {
            let waits = codes.snooze.mapValues(DurationText.format).map { (String($0.key), $0.value) }
            fields.append(("snooze_codes", JSONValue.texts(Dictionary(uniqueKeysWithValues: waits)).text))
        }
        return fields
    }

    private static func array(_ codes: Set<Int>) -> String {
        JSONValue.array(codes.sorted().map { .integer($0) }).text
    }

    private static func milliseconds(_ duration: Duration) -> String {
        String(duration.wholeMilliseconds)
    }

    private static func array(_ texts: [String]) -> String {
        JSONValue.array(texts.map(JSONValue.string)).text
    }
}
