extension JobDocument {
    /// Signs the document: for one queue, under one id, until one time.
    ///
    /// What is signed cannot be changed any more: to change a field of what is returned makes workers refuse the job.
    ///
    /// - Parameters:
    ///   - key: What to sign with.
    ///   - queue: The keys of the queue that it will be pushed to (``JobQueue/keys``).
    ///   - validUntil: By when each run of the job must have begun, retries included; at most
    ///     ``JobSignature/longestValidity`` from when it is added.
    /// - Returns: The document with its signature, and an id, which is made unless it has one.
    /// - Throws: `DocumentError` for the first thing that is wrong with the document.
    public func signed(
        by key: SigningKey,
        in queue: QueueKeys,
        validUntil: Timestamp
    ) throws(DocumentError) -> JobDocument {
        var plain = try validated()
        plain.signature = nil
        let id = id ?? .generate()
        plain.id = id
        let text = JSONValue.object(plain.members).text
        // As those read it who will verify it: so it is the same job.
        var document = try JobDocument(json: text)
        document.signature = JobSignature(of: text, id: id, in: queue, validUntil: validUntil, by: key)
        return document
    }

    /// What a pusher sends of a signed document, on one line: the second thing that `R:incoming` takes. Nil if it is not signed.
    public var envelope: String? {
        guard let signature, let id else { return nil }
        var members = [
            JSONMember(name: SignedField.version.rawValue, value: .integer(1)),
            JSONMember(name: SignedField.id.rawValue, value: .string(id.text)),
        ]
        if let queue { members.append(JSONMember(name: SignedField.queue.rawValue, value: .string(queue.text))) }
        members += signature.fields.map { name, value in
            let isNumber = name == SignedField.validUntil.rawValue
            return JSONMember(name: name, value: isNumber ? .number(value) : .string(value))
        }
        return JSONValue.object(members).text
    }
}
