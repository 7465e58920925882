extension Job {
    /// The fields of the hash that only the transitions write.
    static let systemFields = [
        "state", "run", "failures", "crash_count", "suspect", "token", "created_at", "updated_at", "edited_at",
        "started_at",
        "finished_at",
        "next_run_at", "exit_code", "signal", "reason", "error", "usage", "progress", "progress_text", "result",
        "cancel_requested", "pause_requested", "request",
        "waited_ms", "failed_hosts", "document",
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
        readDocument(from: &reader)
        readWork(from: &reader)
        readProgress(from: &reader)
        unknownFields = reader.unreadNames
        corrupt = reader.corrupt
    }

    private init(id: JobID, queue: QueueName) {
        self.id = id
        self.queue = queue
    }

    /// What stands in a document that no worker has read yet, as if one had. If that cannot be read, nothing is damaged: the
    /// first worker that comes to it says what is wrong.
    private mutating func readDocument(from reader: inout StoredFields) {
        guard let bytes = reader.bytes("document") else { return }
        document = bytes
        guard let read = try? JobDocument(json: bytes, pushedTo: queue) else { return }
        for (name, value) in read.fields(configuration: .builtIn) { reader.add(name, value) }
    }

    /// What the producer asked for.
    private mutating func readWork(from reader: inout StoredFields) {
        let shell = reader.text("command")
        let argv = reader.strings("argv")
        let task = reader.text("task")
        let args = reader.object("args")
        switch (shell, argv, task) {
        case (let shell?, nil, nil): command = .shell(shell)
        case (nil, let argv?, nil) where !argv.isEmpty: command = .argv(argv)
        case (nil, nil, let task?) where !task.isEmpty: command = .task(task, args: args)
        case (nil, nil, nil) where document != nil: break
        case (nil, _, nil), (nil, nil, _): reader.report("it has no command")
        default: reader.report("it has more than one of command, argv and task")
        }
        priority = reader.integer("priority", in: JobLimits.priority) ?? priority
        maxRetries = reader.integer("max_retries", in: Self.counts) ?? maxRetries
        backoffBase = reader.number("backoff_base", in: 1...1e9) ?? backoffBase
        backoffCap = reader.duration("backoff_cap_ms") ?? backoffCap
        timeout = reader.duration("timeout_ms")
        // A timeout means little if what follows it may take as long as a job likes.
        grace = reader.duration("grace_ms", in: JobLimits.grace) ?? grace
        readExitCodes(from: &reader)
        retryOnOtherHost = reader.bool("retry_on_other_host") ?? false
        memory = reader.integer("memory", in: JobLimits.memory)
        cpuSeconds = reader.integer("cpu_seconds", in: JobLimits.cpuSeconds)
        nice = reader.integer("nice", in: JobLimits.nice)
        openFiles = reader.integer("open_files", in: JobLimits.openFiles)
        runAt = reader.time("run_at")
        expiresAt = reader.time("expires_at")
        env = reader.stringsByName("env") ?? [:]
        envFrom = reader.references("env_from") ?? [:]
        cwd = reader.text("cwd")
        stdin = reader.text("stdin")
        tags = reader.strings("tags") ?? []
        meta = reader.object("meta")
        replyTo = reader.text("reply_to")
        signature = JobSignature(from: &reader)
    }

    private mutating func readExitCodes(from reader: inout StoredFields) {
        exitCodes.success = reader.codes("success_codes") ?? exitCodes.success
        exitCodes.fatal = reader.codes("fatal_codes") ?? []
        exitCodes.snooze = reader.waitsByCode("snooze_codes") ?? [:]
        // Never written by us. Whoever did has left it open what the code means, so nobody may guess.
        if let conflict = exitCodes.conflict {
            reader.report("\(conflict.code) is in \(conflict.first.rawValue) and in \(conflict.second.rawValue)")
        }
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
        isSuspect = reader.text("suspect") != nil
        if let text = reader.text("token"), !text.isEmpty {
            token = JobToken(text)
            if token == nil { reader.report("token", text, "is not a token") }
        }
        createdAt = reader.time("created_at")
        startedAt = reader.time("started_at")
        finishedAt = reader.time("finished_at")
        // Stored only by changes that no other time tells of: that saves a field in nearly every job.
        updatedAt = [createdAt, startedAt, finishedAt, reader.time("updated_at")].compactMap { $0 }.max()
        editedAt = reader.time("edited_at")
        nextRunAt = reader.time("next_run_at")
        waited = reader.duration("waited_ms")
        failedHosts = reader.strings("failed_hosts") ?? []
        exitCode = reader.integer("exit_code", in: -Self.counts.upperBound...Self.counts.upperBound)
        signal = reader.integer("signal", in: Self.counts)
        reason = reader.text("reason")
        error = reader.text("error")
        usage = reader.object("usage")
        progress = reader.integer("progress", in: 0...100)
        progressText = reader.text("progress_text").flatMap { $0.isEmpty ? nil : $0 }
        result = reader.text("result")
        cancelRequested = reader.time("cancel_requested")
        pausedAt = reader.time("pause_requested")
        // Known to enqueue alone.
        _ = reader.text("request")
    }
}
