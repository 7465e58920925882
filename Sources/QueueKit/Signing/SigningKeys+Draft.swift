extension SigningKeys {
    /// Verifies that a job may be signed anew as a document: that it was signed by one of these keys, and that the document is what was signed,
    /// but for the fields that whoever signs has given. Whether the signature is outdated does not matter.
    ///
    /// What is in Redis others may have written: to sign it as it stands would make theirs what it says.
    ///
    /// - Parameters:
    ///   - draft: The job, as it was read.
    ///   - document: What it is to be.
    ///   - queue: The keys of its queue.
    ///   - given: Names of the fields that were given, or taken away, on purpose: ``JobDraft/changed(setting:leavingOut:)``.
    /// - Throws: ``SignatureProblem`` for the first thing wrong.
    package func verify(
        _ draft: JobDraft,
        as document: JobDocument,
        in queue: QueueKeys,
        ignoring given: Set<String>
    ) throws(SignatureProblem) {
        guard let signature = draft.job.signature else { throw SignatureProblem("it is not signed") }
        try verify(signature, of: draft.job.id, in: queue)
        let stored = draft.fields(of: document).map { ($0.key, $0.value) }
        try signature.requireNoDifference(
            from: Job(id: draft.job.id, queue: draft.job.queue, fields: stored),
            ignoring: Set(given.compactMap(DocumentField.init(rawValue:)))
        )
    }

    /// Verifies that a job is, as it was read, what was signed, but for the time.
    ///
    /// - Throws: ``SignatureProblem`` for the first thing wrong.
    package func verify(_ draft: JobDraft, in queue: QueueKeys) throws(SignatureProblem) {
        let document: JobDocument
        do {
            document = try draft.document(.object(draft.members))
        } catch {
            throw SignatureProblem("it is no job as it stands: \(error)")
        }
        try verify(draft, as: document, in: queue, ignoring: [])
    }
}
