import QueueKit

/// A rejected push on its way back into its queue.
struct Readmission {
    let push: RejectedPush
    let queue: JobQueue
    let session: Session
    let console: Console

    /// Finds a rejected push, in the queue that was named or in the one that has it.
    init(_ id: String, _ session: Session, _ option: QueueOption, _ console: Console) async throws {
        let (push, queue) = try await session.rejectedPush(id, option, attempting: "retry")
        self.init(push, in: queue, session, console)
    }

    init(_ push: RejectedPush, in queue: JobQueue, _ session: Session, _ console: Console) {
        self.push = push
        self.queue = queue
        self.session = session
        self.console = console
    }

    /// A push that has become a job.
    struct Done {
        let job: JobID
        let state: JobState
    }

    /// Takes it in as it is.
    func retry() async throws -> Done {
        guard push.isWhole else {
            let kept = "only the first \(push.raw.count.grouped) of its \(push.length.grouped) bytes were kept"
            throw failure(.wrongState, kept + ". Have it pushed again, or give all of it by --file")
        }
        let item = try await queue.item(of: push)
        switch item.verdict(queue: queue) {
        case .reject(let reason, _):
            let shown = try await session.redaction(nil, console).redacted(reason)
            let correction = "Correct it: queuectl rejected retry \(push.id) --edit"
            throw failure(.invalidDocument, shown + ". " + (item.isSigned ? Self.signing : correction))
        case .job(let job, let isPrepared): return try await take(job, isPrepared: isPrepared)
        }
    }

    /// Takes a document in in its place.
    func replace(by text: EditedText) async throws -> Done {
        try await take(text, instead: try await queue.item(of: push))
    }

    /// Opens what was pushed in an editor, and takes in what becomes of it.
    func edit(in editor: DocumentEditor) async throws -> Done {
        let item = try await queue.item(of: push)
        let original = item.members.map { Array(EditedText.pretty($0).utf8) } ?? push.raw
        var done: Done?
        try await EditLoop(editor: editor, console: console).run(original, named: push.id) { text in
            guard let text else {
                let advice = "To take it in as it is, leave --edit out"
                throw Failure(.needsConfirmation, "The document was left as it was: nothing was changed. \(advice)")
            }
            let document = try text.document(pushedTo: queue.name)
            if document.signature != nil {
                console.warn(
                    "signature",
                    "It is signed: if what was signed was changed, workers refuse it. \(Self.signing)"
                )
            }
            done = try await take(text, instead: item)
        }
        guard let done else { throw notFound }
        return done
    }

    func print(_ done: Done) {
        if console.isJSON {
            console.print(
                .members([
                    "id": .string(push.id), "queue": .string(queue.name.text), "result": .string("retried"),
                    "job": .string(done.job.text), "state": .string(done.state.rawValue),
                ])
            )
        } else if console.isQuiet {
            console.print(done.job.text)
        } else {
            console.print("retried \(push.id) as job \(done.job) (\(done.state.rawValue))")
        }
    }

    /// A prepared hash keeps the id that was pushed, unless the document gives another one.
    private func take(_ text: EditedText, instead item: IntakeItem) async throws -> Done {
        var document = try text.document(pushedTo: queue.name)
        let prepared = item.preparedFields.isEmpty ? nil : try? JobID(String(decoding: push.raw, as: UTF8.self))
        document.id = document.id ?? prepared
        return try await take(NewJob(document), isPrepared: prepared != nil && document.id == prepared)
    }

    private func take(_ job: NewJob, isPrepared: Bool) async throws -> Done {
        let configuration = try await session.directory.register([queue.name])
        switch try await queue.readmit(push.id, as: job, isPrepared: isPrepared, configuration: configuration) {
        case .added(let state): return Done(job: job.id, state: state)
        case .exists(let state): throw failure(.exists, "job \(job.id) exists already (\(state)). \(otherID(job))")
        case .prepared: throw failure(.exists, "a prepared hash has the id \(job.id) already. \(otherID(job))")
        case .damaged: throw failure(.exists, "the key of job \(job.id) holds no hash. \(otherID(job))")
        case .refused(let why):
            let shown = try await session.redaction(nil, console).redacted(why)
            throw failure(.wrongState, "\(shown). \(Self.signing)")
        case .notFound: throw notFound
        }
    }

    /// What to do about a signed push that is refused: no editor makes it right.
    static let signing = "Sign it anew: queuectl sign, and push that"

    private func otherID(_ job: NewJob) -> String {
        guard job.document.signature == nil else { return "Sign it under another id: queuectl sign, and push that" }
        return "Give it another id: queuectl rejected retry \(push.id) --edit"
    }

    private func failure(_ kind: Failure.Kind, _ reason: String) -> Failure {
        Failure(kind, "Cannot retry the rejected push \(push.id): \(reason)")
    }

    private var notFound: Failure { RejectedPush.notFound(push.id, attempting: "retry") }
}
