extension JobDocument {
    /// Parses and checks a JSON document.
    ///
    /// Refused: what is not strict JSON in UTF-8 (a name given twice, integers beyond 2^53 and nesting over 64 included),
    /// more than 1 MiB, unknown fields, `null` (leave the field out), wrong types, values out of range.
    ///
    /// - Parameters:
    ///   - json: The bytes of one JSON object.
    ///   - queue: The queue that the document was pushed to. A `queue` field must then name the same; with nil it is
    ///     taken as given.
    /// - Throws: `DocumentError` for the first thing wrong, and nothing else.
    public init(json: [UInt8], pushedTo queue: QueueName? = nil) throws(DocumentError) {
        if json.count > JobLimits.documentBytes { throw Self.tooLarge(json.count) }
        let value: JSONValue
        do {
            value = try JSONParser.parse(json)
        } catch {
            throw DocumentError(
                field: "",
                problem: "the document is not valid JSON: \(error.reason) (byte \(error.offset))"
            )
        }
        try self.init(value: value, pushedTo: queue)
    }

    /// Checks a document that stands in JSON which is already parsed, such as an element of an array.
    package init(value: JSONValue, pushedTo queue: QueueName? = nil) throws(DocumentError) {
        guard case .object(let members) = value else {
            let accepted = "give an object such as {\"command\":\"...\"}"
            throw DocumentError(field: "", problem: "the document is \(value.kind)", accepted: accepted)
        }
        if Self.isSigned(members.lazy.map(\.name)) {
            try self.init(signed: members, pushedTo: queue)
            return
        }
        self.init()
        for member in members {
            guard let field = DocumentField(rawValue: member.name) else {
                throw DocumentField.refusal(ofName: member.name)
            }
            try set(field, to: member.value)
        }
        try check(pushedTo: queue)
    }

    /// Parses and checks a JSON document held in a string; see `init(json:pushedTo:)` for bytes.
    public init(json: String, pushedTo queue: QueueName? = nil) throws(DocumentError) {
        try self.init(json: Array(json.utf8), pushedTo: queue)
    }

    static func tooLarge(_ bytes: Int) -> DocumentError {
        DocumentError(
            field: "",
            problem: "the document has \(bytes) bytes",
            accepted: "give at most \(JobLimits.documentBytes) (1 MiB)"
        )
    }

    /// Takes the value of one field, checking its type; `validated()` checks ranges and what depends on other fields.
    mutating func set(_ field: DocumentField, to value: JSONValue) throws(DocumentError) {
        let reader = FieldReader(field: field)
        switch field {
        case .version:
            guard value.wholeNumber == 1 else {
                throw reader.error(value, "is not a version this release knows")
            }
        case .id: id = try JobID(reader.string(value))
        case .queue: queue = try QueueName(reader.string(value))
        case .command: command = try reader.string(value)
        case .argv: argv = try reader.strings(value)
        case .task: task = try reader.string(value)
        case .args: args = try reader.arguments(value)
        case .priority: priority = try reader.wholeNumber(value)
        case .maxRetries: maxRetries = try reader.wholeNumber(value)
        case .backoffBase: backoffBase = try reader.number(value)
        case .backoffCap: backoffCap = try reader.duration(value)
        case .timeout: timeout = try reader.duration(value)
        case .grace: grace = try reader.duration(value)
        case .delay: delay = try reader.duration(value)
        case .runAt: runAt = try reader.time(value)
        case .expires: expires = try reader.expiry(value)
        case .successCodes: successCodes = try reader.codes(value)
        case .fatalCodes: fatalCodes = try reader.codes(value)
        case .snoozeCodes: snoozeCodes = try reader.waitsByCode(value)
        case .retryOnOtherHost: retryOnOtherHost = try reader.bool(value)
        case .memory: memory = try reader.bytes(value)
        case .cpuSeconds: cpuSeconds = try reader.wholeNumber(value)
        case .nice: nice = try reader.wholeNumber(value)
        case .openFiles: openFiles = try reader.wholeNumber(value)
        case .env: env = try reader.stringsByName(value)
        case .envFrom: envFrom = try reader.references(value)
        case .cwd: cwd = try reader.string(value)
        case .stdin: stdin = try reader.string(value)
        case .tags: tags = try reader.strings(value)
        case .meta: meta = try reader.object(value)
        case .replyTo: replyTo = try reader.string(value)
        }
    }
}
