extension JobDocument {
    /// Checks a document built in Swift as parsed ones are: ranges, exclusions, lengths, forbidden characters.
    ///
    /// - Returns: The same document, `meta` and `args` on one line without spaces.
    /// - Throws: `DocumentError` for the first thing wrong, and nothing else.
    public func validated() throws(DocumentError) -> JobDocument {
        try check(pushedTo: nil)
        var document = self
        if let meta {
            let reader = FieldReader(field: .meta)
            document.meta = try reader.object(reader.parsed(meta))
        }
        if let args {
            let reader = FieldReader(field: .args)
            document.args = try reader.arguments(reader.parsed(args))
        }
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
        try checkExpiry()
        try checkExitCodes()
        try checkRange(.memory, memory, JobLimits.memory)
        try checkRange(.cpuSeconds, cpuSeconds, JobLimits.cpuSeconds)
        try checkRange(.nice, nice, JobLimits.nice)
        try checkRange(.openFiles, openFiles, JobLimits.openFiles)
        if let cwd { try checkPath(cwd) }
        if let env { try checkEnvironment(env) }
        if let envFrom { try checkReferences(envFrom) }
        if let tags { try checkTags(tags) }
        if let replyTo { try checkName(replyTo, .replyTo) }
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

    func checkRange<Value: Comparable>(
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
            (command?.utf8.count ?? 0) + (args?.utf8.count ?? 0) + (cwd?.utf8.count ?? 0) + (stdin?.utf8.count ?? 0)
            + (meta?.utf8.count ?? 0)
        for text in argv ?? [] { bytes += text.utf8.count }
        for text in tags ?? [] { bytes += text.utf8.count }
        for (name, value) in env ?? [:] { bytes += name.utf8.count + value.utf8.count }
        for (name, reference) in envFrom ?? [:] { bytes += name.utf8.count + reference.description.utf8.count }
        return bytes
    }
}

extension FieldReader {
    /// The value in a JSON text.
    func parsed(_ text: String) throws(DocumentError) -> JSONValue {
        do {
            return try JSONParser.parse(Array(text.utf8))
        } catch {
            throw self.error(.string(text), "is not valid JSON: \(error.reason) (byte \(error.offset))")
        }
    }
}
