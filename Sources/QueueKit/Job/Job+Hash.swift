extension Job {
    /// The fields of the hash that only the transitions write.
    static let systemFields = [
        "state", "run", "failures", "crash_count", "token", "created_at", "updated_at", "started_at", "finished_at",
        "next_run_at", "exit_code", "signal", "reason", "error", "usage", "progress", "progress_text", "result",
        "cancel_requested", "request",
    ]

    /// What a counter can hold, in Lua too: a larger one was never written by us, and no JSON reader would take it.
    private static let counts = 0...Int(JSONParser.largestInteger)

    /// Reads a job from its hash.
    ///
    /// - Parameters:
    ///   - id: The id, from the key.
    ///   - queue: The queue, from the key.
    ///   - fields: Names and values as Redis returned them, in any order; with all of them missing the job is corrupt.
    public init(id: JobID, queue: QueueName, fields: some Sequence<(String, [UInt8])>) {
        self.init(id: id, queue: queue)
        var reader = StoredFields(fields)
        readWork(from: &reader)
        readProgress(from: &reader)
        unknownFields = reader.unreadNames
        corrupt = reader.corrupt
    }

    private init(id: JobID, queue: QueueName) {
        self.id = id
        self.queue = queue
    }

    /// What the producer asked for.
    private mutating func readWork(from reader: inout StoredFields) {
        let shell = reader.text("command")
        let argv = reader.strings("argv")
        switch (shell, argv) {
        case (let shell?, nil): command = .shell(shell)
        case (nil, let argv?) where !argv.isEmpty: command = .argv(argv)
        case (.some, .some): reader.report("it has both a command and an argv")
        default: reader.report("it has no command")
        }
        priority = reader.integer("priority", in: JobLimits.priority) ?? priority
        maxRetries = reader.integer("max_retries", in: Self.counts) ?? maxRetries
        backoffBase = reader.number("backoff_base", in: 1...1e9) ?? backoffBase
        backoffCap = reader.duration("backoff_cap_ms") ?? backoffCap
        timeout = reader.duration("timeout_ms")
        grace = reader.duration("grace_ms") ?? grace
        runAt = reader.time("run_at")
        env = reader.stringsByName("env") ?? [:]
        cwd = reader.text("cwd")
        stdin = reader.text("stdin")
        tags = reader.strings("tags") ?? []
        meta = reader.object("meta")
    }

    /// What the transitions wrote.
    private mutating func readProgress(from reader: inout StoredFields) {
        if let word = reader.text("state") {
            state = JobState(rawValue: word)
            if state == nil { reader.report("state", word, "is not a state") }
        }
        run = reader.integer("run", in: Self.counts) ?? 0
        failures = reader.integer("failures", in: Self.counts) ?? 0
        crashCount = reader.integer("crash_count", in: Self.counts) ?? 0
        if let text = reader.text("token"), !text.isEmpty {
            token = JobToken(text)
            if token == nil { reader.report("token", text, "is not a token") }
        }
        createdAt = reader.time("created_at")
        startedAt = reader.time("started_at")
        finishedAt = reader.time("finished_at")
        // Stored only by changes that no other time tells of: that saves a field in nearly every job.
        updatedAt = [createdAt, startedAt, finishedAt, reader.time("updated_at")].compactMap { $0 }.max()
        nextRunAt = reader.time("next_run_at")
        exitCode = reader.integer("exit_code", in: -Self.counts.upperBound...Self.counts.upperBound)
        signal = reader.integer("signal", in: Self.counts)
        reason = reader.text("reason")
        error = reader.text("error")
        usage = reader.object("usage")
        progress = reader.integer("progress", in: 0...100)
        progressText = reader.text("progress_text").flatMap { $0.isEmpty ? nil : $0 }
        result = reader.text("result")
        cancelRequested = reader.time("cancel_requested")
        // Known to enqueue alone.
        _ = reader.text("request")
    }
}
