/// Why a job may not be run that is signed.
public struct SignatureProblem: Error, Sendable, CustomStringConvertible {
    /// What is wrong, a clause without a subject before it, safe to print.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}

extension SigningKeys {
    /// Verifies a job that is about to run, as it stands in its hash: that its signature was made by one of these keys for this id in this
    /// queue, is valid now, and that what the job says of what to run and how is what was signed.
    ///
    /// What operators steer is not compared: `priority`, `max_retries`, `backoff_base`, `backoff_cap`, `delay`, `run_at`, `expires`;
    /// nor what the signed document leaves to the configuration: `timeout`, `grace` and the exit codes.
    ///
    /// - Parameters:
    ///   - job: A job with a signature; one without is not valid.
    ///   - queue: The keys of the queue that it was claimed from.
    ///   - now: The time on Redis' clock.
    /// - Throws: ``SignatureProblem`` for the first thing wrong.
    public func verify(_ job: Job, in queue: QueueKeys, at now: Timestamp) throws(SignatureProblem) {
        guard let signature = job.signature else { throw SignatureProblem("it is not signed") }
        try verify(signature, of: job.id, in: queue)
        guard signature.validUntil > now else {
            throw SignatureProblem("the signature was valid until \(signature.validUntil.rfc3339)")
        }
        let longest = JobSignature.longestValidity
        let left = Duration.milliseconds(signature.validUntil.milliseconds - now.milliseconds)
        guard left <= longest + JobSignature.clockDifference else {
            throw SignatureProblem("the signature is valid for more than \(DurationText.format(longest)) from now")
        }
        try signature.requireNoDifference(from: job)
    }

    /// Verifies that a signature was made by one of these keys for this id in this queue; not that it is valid now.
    func verify(_ signature: JobSignature, of id: JobID, in queue: QueueKeys) throws(SignatureProblem) {
        let name = TerminalText.quotedForMessage(signature.keyID)
        guard let key = self[signature.keyID] else {
            throw SignatureProblem("it was signed with the key \(name), which is none of those that are trusted here")
        }
        guard key.hasSigned(signature.message(for: id, in: queue), as: signature.bytes) else {
            throw SignatureProblem(
                "the signature is not what the key \(name) makes of this document, id, queue and valid_until"
            )
        }
    }

    /// Verifies a job that is about to be taken in, if it is signed, but for the time: so that nobody without a key has an id remembered as
    /// signed for.
    func verify(_ job: NewJob, in queue: QueueKeys) throws(DocumentError) {
        guard let signature = job.document.signature else { return }
        do {
            try verify(signature, of: job.id, in: queue)
        } catch {
            throw DocumentError(field: SignedField.signature.rawValue, problem: error.description)
        }
    }
}

extension JobSignature {
    /// Throws what the first field is in which a job is not what was signed.
    ///
    /// - Parameter ignored: Fields that are not compared.
    func requireNoDifference(
        from job: Job,
        ignoring ignored: Set<DocumentField> = []
    ) throws(SignatureProblem) {
        let changed: String?
        do {
            changed = try difference(from: job, ignoring: ignored)
        } catch {
            throw SignatureProblem("what was signed is no job for this queue: \(error)")
        }
        if let changed {
            throw SignatureProblem("its \(changed) is not what was signed: the job was changed afterwards")
        }
    }

    /// The first field in which a job is not what was signed; nil if there is none.
    ///
    /// - Parameter ignored: Fields that are not compared.
    /// - Throws: `DocumentError` if what was signed is no document, or that of another id or queue.
    func difference(from job: Job, ignoring ignored: Set<DocumentField> = []) throws(DocumentError) -> String? {
        let document = try JobDocument.document(in: text, id: job.id, pushedTo: job.queue)
        let fields = document.fields(configuration: .builtIn).map { ($0.name, Array($0.value.utf8)) }
        let signed = Job(id: job.id, queue: job.queue, fields: fields)
        for field in DocumentField.allCases where !ignored.contains(field) {
            switch field.binding {
            case .none: continue
            case .ifGiven where document.value(of: field) == nil: continue
            case .always, .ifGiven: break
            }
            // By their bytes: two texts can be equal to Swift, and not to the program that is run.
            let pair = [signed, job].map { $0.text(of: field).map { Array($0.utf8) } }
            if pair[0] != pair[1] { return field.rawValue }
        }
        return nil
    }
}

extension DocumentField {
    /// Whether a job must have in this field what was signed.
    enum Binding {
        /// Yes; and nothing, if nothing was signed.
        case always
        /// Yes, unless the document leaves it to the configuration.
        case ifGiven
        /// No: operators steer by it.
        case none
    }

    var binding: Binding {
        switch self {
        case .command, .argv, .task, .args, .retryOnOtherHost, .memory, .cpuSeconds, .nice, .openFiles, .env, .envFrom,
            .cwd, .stdin, .tags, .meta, .replyTo:
            .always
        case .timeout, .grace, .successCodes, .fatalCodes, .snoozeCodes: .ifGiven
        case .priority, .maxRetries, .backoffBase, .backoffCap, .delay, .runAt, .expires: .none
        // Of these the message has its own, and the document is checked against them.
        case .version, .id, .queue: .none
        }
    }
}

extension Job {
    /// What stands in a field that is bound by a signature, in one form for the same thing.
    fileprivate func text(of field: DocumentField) -> String? {
        switch field {
        case .command: if case .shell(let text) = command { text } else { nil }
        case .argv:
            if case .argv(let words) = command { JSONValue.array(words.map(JSONValue.string)).text } else { nil }
        case .task: if case .task(let name, _) = command { name } else { nil }
        case .args: if case .task(_, let args) = command { args } else { nil }
        case .timeout: timeout.map(DurationText.format)
        case .grace: DurationText.format(grace)
        case .successCodes: "\(exitCodes.success.sorted())"
        case .fatalCodes: "\(exitCodes.fatal.sorted())"
        case .snoozeCodes: "\(exitCodes.snooze.sorted { $0.key < $1.key })"
        case .retryOnOtherHost: "\(retryOnOtherHost)"
        case .memory: memory.map(String.init)
        case .cpuSeconds: cpuSeconds.map(String.init)
        case .nice: nice.map(String.init)
        case .openFiles: openFiles.map(String.init)
        case .env: JSONValue.texts(env).text
        case .envFrom: JSONValue.texts(envFrom.mapValues(\.description)).text
        case .cwd: cwd
        case .stdin: stdin
        case .tags: JSONValue.array(tags.map(JSONValue.string)).text
        case .meta: meta
        case .replyTo: replyTo
        case .version, .id, .queue, .priority, .maxRetries, .backoffBase, .backoffCap, .delay, .runAt, .expires: nil
        }
    }
}
