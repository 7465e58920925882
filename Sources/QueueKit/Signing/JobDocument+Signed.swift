// A signed job, as it is pushed: an envelope with the text of the document in it.
extension JobDocument {
    /// Whether these are the members of an envelope.
    static func isSigned(_ names: some Sequence<String>) -> Bool { names.contains(SignedField.signed.rawValue) }

    /// Reads and checks an envelope, and the document in it. Whether the signature is right only a worker with the key can say.
    init(signed members: [JSONMember], pushedTo pushedQueue: QueueName?) throws(DocumentError) {
        var values: [SignedField: JSONValue] = [:]
        for member in members {
            guard let field = SignedField(rawValue: member.name) else {
                throw DocumentError(
                    field: member.name,
                    problem: "is not a field of a signed job",
                    accepted: "put it into the document that is signed"
                )
            }
            values[field] = member.value
        }
        if let version = values[.version], version.wholeNumber != 1 {
            throw SignedField.version.error(version, "is not a version this release knows")
        }
        let id = try JobID(SignedField.id.string(Self.needed(.id, in: values)))
        let queue = try values[.queue].map { value throws(DocumentError) in
            try QueueName(SignedField.queue.string(value))
        }
        let signature = try Self.signature(in: values)
        self = try Self.document(in: signature.text, id: id, pushedTo: queue ?? pushedQueue)
        self.id = id
        self.queue = self.queue ?? queue
        self.signature = signature
        try check(pushedTo: pushedQueue)
    }

    /// The document that was signed. Its id and queue, if it has them, are those of the job.
    static func document(
        in text: String,
        id: JobID,
        pushedTo queue: QueueName?
    ) throws(DocumentError) -> JobDocument {
        let document: JobDocument
        do {
            document = try JobDocument(json: Array(text.utf8), pushedTo: queue)
        } catch {
            throw DocumentError(field: SignedField.signed.rawValue, problem: error.description)
        }
        if document.signature != nil {
            throw DocumentError(field: SignedField.signed.rawValue, problem: "what is signed is a signed job itself")
        }
        if let own = document.id, own != id {
            throw SignedField.id.error(.string(id.text), "is not the id in the document, \"\(own)\"")
        }
        return document
    }

    private static func signature(in values: [SignedField: JSONValue]) throws(DocumentError) -> JobSignature {
        let text = try SignedField.signed.string(needed(.signed, in: values))
        let (key, time) = (try needed(.keyID, in: values), try needed(.validUntil, in: values))
        let digits = try needed(.signature, in: values)
        let keyID = try SignedField.keyID.string(key)
        guard SigningKey.isID(keyID) else { throw SignedField.keyID.error(key, "is no id of a key") }
        guard case .number(let literal) = time, let milliseconds = Int64(literal), String(milliseconds) == literal,
            JobLimits.runAt.contains(Timestamp(milliseconds: milliseconds))
        else { throw SignedField.validUntil.error(time, "is not such a time") }
        guard let bytes = SignedField.signatureBytes(try SignedField.signature.string(digits)) else {
            throw SignedField.signature.error(digits, "is not a signature")
        }
        return JobSignature(text: text, keyID: keyID, validUntil: Timestamp(milliseconds: milliseconds), bytes: bytes)
    }

    private static func needed(
        _ field: SignedField,
        in values: [SignedField: JSONValue]
    ) throws(DocumentError) -> JSONValue {
        if let value = values[field] { return value }
        throw DocumentError(
            field: field.rawValue,
            problem: "is missing, and a signed job needs it",
            accepted: field.accepted
        )
    }
}

// A prepared hash with an envelope in it.
extension JobDocument {
    init(
        id: JobID,
        signedHashFields fields: [(String, [UInt8])],
        pushedTo queue: QueueName?
    ) throws(DocumentError) {
        var members = [JSONMember(name: SignedField.id.rawValue, value: .string(id.text))]
        for (name, bytes) in fields {
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw DocumentError(field: name, problem: "is not valid UTF-8")
            }
            let isNumber = name == SignedField.validUntil.rawValue || name == SignedField.version.rawValue
            let value = isNumber && NumberText.parse(text) != nil ? JSONValue.number(text) : .string(text)
            if name == SignedField.id.rawValue {
                guard text == id.text else { throw SignedField.id.error(value, "is not the id that was pushed") }
            } else {
                members.append(JSONMember(name: name, value: value))
            }
        }
        try self.init(signed: members, pushedTo: queue)
    }
}
