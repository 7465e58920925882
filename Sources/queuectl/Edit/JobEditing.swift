import QueueKit

/// A job on its way from what it asks for to what it is to ask for.
struct JobEditing {
    private let id: JobID
    private let queue: JobQueue
    private let signer: JobSigner?
    private let redaction: Redaction
    private let console: Console

    init(
        _ id: JobID,
        _ session: Session,
        _ option: QueueOption,
        _ signer: JobSigner?,
        _ console: Console
    ) async throws {
        let (_, queue) = try await session.job(id, option, attempting: "edit")
        self.id = id
        self.queue = queue
        self.signer = signer
        self.redaction = try await session.redaction(nil, console)
        self.console = console
    }

    /// Changes fields. What is to change stands on the command line, whatever else changes meanwhile: so the job is
    /// read again when it has.
    func change(setting given: [JSONMember], leavingOut names: Set<String>) async throws {
        for _ in 1..<Self.attempts where try await tryToChange(setting: given, leavingOut: names, isLast: false) {
            return
        }
        _ = try await tryToChange(setting: given, leavingOut: names, isLast: true)
    }

    private static let attempts = 5

    private func tryToChange(
        setting given: [JSONMember],
        leavingOut names: Set<String>,
        isLast: Bool
    ) async throws -> Bool {
        let draft = try await draft()
        let document: JobDocument
        do {
            document = try draft.document(.object(draft.members(setting: given, leavingOut: names)))
        } catch {
            throw Failure(flag: error)
        }
        let changed = JobDraft.changed(setting: given, leavingOut: names)
        try requireSignature(of: draft, as: document, ignoring: changed)
        let edit = try edit(draft, to: document)
        let result = try await perform(edit)
        if case .changed = result, !isLast { return false }
        try finish(edit, result)
        return true
    }

    /// Puts a document in the place of the job's.
    func replace(by text: EditedText) async throws {
        let draft = try await draft()
        let edit = try self.edit(draft, to: text.document(for: draft))
        warnOfSignature(of: draft)
        try finish(edit, try await perform(edit))
    }

    /// Opens the job's document in an editor, and takes what becomes of it.
    func open(in editor: DocumentEditor) async throws {
        let draft = try await draft()
        if let state = draft.job.state, !Self.open.contains(state) { throw refusal(state, hasTime: false) }
        let original = Array(EditedText.pretty(draft.members).utf8)
        warnOfSignature(of: draft)
        try await EditLoop(editor: editor, console: console).run(original, named: id.text) { text in
            guard let text else { return print([], draft.job.state, "unchanged") }
            let edit = try self.edit(draft, to: text.document(for: draft))
            try finish(edit, try await perform(edit))
        }
    }

    private static let open: Set<JobState> = [.pending, .scheduled, .failed, .dead]

    private func draft() async throws -> JobDraft {
        guard let draft = try await queue.draft(of: id) else {
            throw Failure(.notFound, JobVerb.notFound("edit", id, in: queue.name))
        }
        return draft
    }

    /// Refuses to sign anew what nobody with a key has signed, or given now: who can write to Redis could have it signed so.
    private func requireSignature(
        of draft: JobDraft,
        as document: JobDocument,
        ignoring given: Set<String>
    ) throws(Failure) {
        guard let signer, draft.job.signature != nil else { return }
        do {
            try signer.keys.verify(draft, as: document, in: queue.keys, ignoring: given)
        } catch {
            let advice = "Look at it (queuectl show \(id)), and give all of it: queuectl edit \(id) --file PATH"
            throw Failure(.wrongState, "Cannot sign job \(id) in \"\(queue.name)\" anew: \(error). \(advice)")
        }
    }

    /// Says that what is in Redis is not what was signed, where a whole document, which somebody has seen, is about to be.
    private func warnOfSignature(of draft: JobDraft) {
        guard let signer, draft.job.signature != nil else { return }
        do {
            try signer.keys.verify(draft, in: queue.keys)
        } catch {
            console.warn("signature", "Job \(id) is not as it was signed: \(error). What you give is signed, all of it")
        }
    }

    /// What changes. A job that is signed is signed anew where there is a key for that, also when nothing else changes: but by flags only if
    /// all else is as it was signed.
    private func edit(_ draft: JobDraft, to document: JobDocument) throws(Failure) -> JobEdit {
        guard let signer, draft.job.signature != nil else { return JobEdit(draft, to: document) }
        var document = document
        document.id = id
        return JobEdit(draft, to: try signer.sign(document, in: queue.keys))
    }

    private func perform(_ edit: JobEdit) async throws(QueueError) -> EditResult? {
        edit.isEmpty ? nil : try await queue.edit(edit)
    }

    private func finish(_ edit: JobEdit, _ result: EditResult?) throws(Failure) {
        switch result {
        case nil: print([], edit.job.state, "unchanged")
        case .done(let state):
            print(edit.changes, state, "edited")
            if edit.breaksSignature {
                console.note(
                    "Its signature does not cover this: workers that verify signatures will refuse it. Sign it: "
                        + "give the same flags again, or all of it by --file, with --signing-keys FILE"
                )
            }
        case .wrongState(let state): throw refusal(state, hasTime: edit.movesNextRun)
        case .changed:
            let what = "Cannot edit job \(id) in \"\(queue.name)\": it has been run or edited since it was read"
            throw Failure(.wrongState, what + ". Look at it, and edit it again")
        case .notFound: throw Failure(.notFound, JobVerb.notFound("edit", id, in: queue.name))
        }
    }

    private func refusal(_ state: JobState, hasTime: Bool) -> Failure {
        let reason: String
        switch state {
        case .processing: reason = "it is running. Cancel it first, or wait"
        case .dead where hasTime: reason = "it is dead, so it has no next run. Leave the time out, or retry it first"
        case .cancelled: reason = "it was cancelled. Enqueue another one"
        default: reason = "it has \(state) already. Enqueue another one"
        }
        return Failure(.wrongState, "Cannot edit job \(id) in \"\(queue.name)\": \(reason)")
    }

    private func print(_ changes: [JobEdit.Change], _ state: JobState?, _ word: String) {
        let shown = { (value: JSONValue?, name: String) in value.map { redaction.redacted($0, of: name) } }
        if console.isJSON {
            let members = changes.map { change in
                let pair = [("from", shown(change.old, change.name)), ("to", shown(change.new, change.name))].map {
                    JSONMember(name: $0, value: $1 ?? .null)
                }
                return JSONMember(name: change.name, value: .object(pair))
            }
            return console.print(
                .members([
                    "id": .string(id.text), "queue": .string(queue.name.text), "result": .string(word),
                    "state": .optional(state?.rawValue), "changes": .object(members),
                ])
            )
        }
        if console.isQuiet { return console.print(id.text) }
        console.print("\(word) \(id)")
        let width = changes.map(\.name.count).max() ?? 0
        for change in changes {
            let name = change.name + String(repeating: " ", count: width - change.name.count)
            let (old, new) = (shown(change.old, change.name), shown(change.new, change.name))
            console.print("  \(name)  \(Self.shown(old)) -> \(Self.shown(new))")
        }
    }

    private static func shown(_ value: JSONValue?) -> String {
        guard let value else { return "(none)" }
        return TerminalText.shorten(TerminalText.escape(value.string ?? value.text), to: 60)
    }
}
