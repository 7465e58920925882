extension JobDocument {
    /// Reads and checks a prepared hash: the second way for other services to push a job.
    ///
    /// The names are those of the JSON document. Everything is text: numbers and seconds in digits, durations and times
    /// also as in JSON strings, lists, objects and `retry_on_other_host` as JSON text. A field that only queuectl writes, such
    /// as `state`, refuses the hash: it may be a job that exists.
    ///
    /// - Parameters:
    ///   - id: The id that was pushed. An `id` field, if there is one, must be the same.
    ///   - hashFields: Names and values as Redis returned them; an empty hash is refused for its missing command.
    ///   - queue: The queue that the id was pushed to.
    /// - Throws: `DocumentError` for the first thing wrong, and nothing else.
    public init(
        id: JobID,
        hashFields: [(String, [UInt8])],
        pushedTo queue: QueueName? = nil
    ) throws(DocumentError) {
        let size = hashFields.reduce(0) { $0 + $1.0.utf8.count + $1.1.count }
        if size > JobLimits.documentBytes { throw Self.tooLarge(size) }
        if Self.isSigned(hashFields.lazy.map(\.0)) {
            try self.init(id: id, signedHashFields: hashFields, pushedTo: queue)
            return
        }
        self.init()
        for (name, bytes) in hashFields {
            guard let field = DocumentField(rawValue: name) else { throw DocumentField.refusal(ofName: name) }
            try set(field, to: Self.value(of: field, in: bytes))
        }
        if let given = self.id, given != id {
            let reader = FieldReader(field: .id)
            throw reader.error(
                .string(given.text),
                "is not the id that was pushed",
                accepted: "give \(id), or leave it out"
            )
        }
        self.id = id
        try check(pushedTo: queue)
    }

    /// The value of a field that is written as text, as it would stand in JSON.
    static func value(of field: DocumentField, in bytes: [UInt8]) throws(DocumentError) -> JSONValue {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let shown = "\"\(TerminalText.shorten(TerminalText.escape(bytes.prefix(100)), to: 40))\""
            throw DocumentError(
                field: field.rawValue,
                value: shown,
                problem: "is not valid UTF-8",
                accepted: field.accepted
            )
        }
        if field.hashForm == .text { return .string(text) }
        do {
            let value = try JSONParser.parse(bytes)
            if field.hashForm == .json { return value }
            if case .number = value { return value }
            return .string(text)
        } catch {
            // "10s" and "2026-11-21T09:00:00Z" are no JSON, and not meant to be; nor are digits beyond 2^53.
            if field.hashForm == .numberOrText { return .string(text) }
            let problem = "is not valid JSON: \(error.reason) (byte \(error.offset))"
            throw FieldReader(field: field).error(.string(text), problem)
        }
    }
}
