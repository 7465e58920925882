extension JobDocument {
    /// Checks a document built in Swift as parsed ones are: ranges, exclusions, lengths, forbidden characters.
    ///
    /// - Returns: The same document, `meta` on one line without spaces.
    /// - Throws: `DocumentError` for the first thing wrong, and nothing else.
    public func validated() throws(DocumentError) -> JobDocument {
        try check(pushedTo: nil)
        var document = self
        if let meta { document.meta = try Self.compactMeta(meta) }
        return document
    }

    /// Checks everything, and that a `queue` in the document is the one it was pushed to.
    func check(pushedTo pushedQueue: QueueName?) throws(DocumentError) {
        try checkProgram()
        try checkRange(.priority, priority, JobLimits.priority)
        try checkRange(.maxRetries, maxRetries, JobLimits.maxRetries)
        try checkRange(.backoffBase, backoffBase, JobLimits.backoffBase)
        try checkRange(.backoffCap, backoffCap, JobLimits.backoffCap)
        try checkRange(.timeout, timeout, JobLimits.timeout)
        try checkRange(.grace, grace, JobLimits.grace)
        try checkRange(.delay, delay, JobLimits.delay)
        try checkRange(.runAt, runAt, JobLimits.runAt)
        if delay != nil, runAt != nil {
            throw DocumentError(field: "delay", problem: "excludes run_at", accepted: "give one of them")
        }
        try checkExitCodes()
        try checkRange(.memory, memory, JobLimits.memory)
        try checkRange(.cpuSeconds, cpuSeconds, JobLimits.cpuSeconds)
        try checkRange(.nice, nice, JobLimits.nice)
        try checkRange(.openFiles, openFiles, JobLimits.openFiles)
        if let cwd { try checkPath(cwd) }
        if let env { try checkEnvironment(env) }
        if let tags { try checkTags(tags) }
        if let queue, let pushedQueue, queue != pushedQueue {
            let accepted = "push it there, or leave the field out"
            throw DocumentError(
                field: "queue",
                value: "\"\(queue)\"",
                problem: "is not \"\(pushedQueue)\", where it was pushed",
                accepted: accepted
            )
        }
        if byteCount > JobLimits.documentBytes { throw Self.tooLarge(byteCount) }
    }

    private func checkProgram() throws(DocumentError) {
        switch (command, argv) {
        case (nil, nil):
            throw DocumentError(field: "command", problem: "is missing", accepted: "give command or argv")
        case (.some, .some):
            throw DocumentError(field: "command", problem: "excludes argv", accepted: "give one of them")
        case (let command?, nil):
            if command.allSatisfy(\.isWhitespace) { throw error(.command, command, "is blank") }
            try checkArgument(command, .command)
        case (nil, let argv?):
            if argv.isEmpty {
                throw DocumentError(
                    field: "argv",
                    value: "[]",
                    problem: "is empty",
                    accepted: DocumentField.argv.accepted
                )
            }
            if argv[0].isEmpty { throw error(.argv, "", "is empty", at: "[0]") }
            for (index, argument) in argv.enumerated() { try checkArgument(argument, .argv, index) }
        }
    }

    /// Checks what the kernel must be able to take as one string.
    func checkArgument(_ text: String, _ field: DocumentField, _ index: Int? = nil) throws(DocumentError) {
        if text.utf8.count <= JobLimits.argumentBytes, !text.utf8.contains(0) { return }
        let path = index.map { "[\($0)]" } ?? ""
        if text.utf8.contains(0) { throw error(field, text, "contains a NUL character", at: path) }
        throw error(
            field,
            text,
            "has \(text.utf8.count) bytes",
            at: path,
            accepted: "give at most \(JobLimits.argumentBytes), the kernel's limit"
        )
    }

    private static func compactMeta(_ meta: String) throws(DocumentError) -> String {
        let reader = FieldReader(field: .meta)
        let value: JSONValue
        do {
            value = try JSONParser.parse(Array(meta.utf8))
        } catch {
            throw reader.error(.string(meta), "is not valid JSON: \(error.reason) (byte \(error.offset))")
        }
        return try reader.object(value)
    }

    private func checkRange<Value: Comparable>(
        _ field: DocumentField,
        _ value: Value?,
        _ range: ClosedRange<Value>
    ) throws(DocumentError) {
        guard let value, !range.contains(value) else { return }
        throw DocumentError(
            field: field.rawValue,
            value: Self.shown(value),
            problem: "is out of range",
            accepted: field.accepted
        )
    }

    private static func shown(_ value: Any) -> String {
        switch value {
        case let duration as Duration: DurationText.format(duration)
        case let time as Timestamp: "\(time.milliseconds) (\(time.rfc3339))"
        case let number as Double: NumberText.format(number)
        default: "\(value)"
        }
    }

    func error(
        _ field: DocumentField,
        _ value: String,
        _ problem: String,
        at path: String = "",
        accepted: String? = nil
    ) -> DocumentError {
        FieldReader(field: field).error(.string(value), problem, accepted: accepted, at: path)
    }

    /// Roughly the size the document has as JSON, without names and punctuation.
    private var byteCount: Int {
        var bytes =
            (command?.utf8.count ?? 0) + (cwd?.utf8.count ?? 0) + (stdin?.utf8.count ?? 0) + (meta?.utf8.count ?? 0)
        for text in argv ?? [] { bytes += text.utf8.count }
        for text in tags ?? [] { bytes += text.utf8.count }
        for (name, value) in env ?? [:] { bytes += name.utf8.count + value.utf8.count }
        return bytes
    }
}
