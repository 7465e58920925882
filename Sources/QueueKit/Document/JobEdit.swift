/// What an edit changes in a job: the difference between what was read and the document that is to take its place.
public struct JobEdit: Sendable {
    /// A field that changes.
    package struct Change: Sendable, Equatable {
        /// Its name in a document.
        package let name: String
        /// Its value before; nil if it had none.
        package let old: JSONValue?
        /// Its value after; nil if it has none then.
        package let new: JSONValue?
    }

    /// When the job is to run next.
    enum Timing: Sendable, Equatable {
        case unchanged
        /// So long after the edit; zero for at once.
        case delay(Duration)
        case at(Timestamp)
    }

    /// What was read.
    let draft: JobDraft
    /// The fields that change, in the order of a document.
    package let changes: [Change]
    /// Fields to write, sorted by name; then those of the signature, if there is a new one.
    let written: [(name: String, value: [UInt8])]
    /// Fields to remove, sorted.
    let removed: [String]
    let timing: Timing
    /// How long after the edit the job expires, if that is what was asked for.
    let expiresAfter: Duration?

    /// Whether what was signed of the job is not what it is to be: workers that verify signatures will refuse it.
    public let breaksSignature: Bool

    /// The job as it was read.
    public var job: Job { draft.job }

    /// Whether the time of the next run changes.
    public var movesNextRun: Bool { timing != .unchanged }

    /// Whether nothing changes at all.
    public var isEmpty: Bool { written.isEmpty && removed.isEmpty && timing == .unchanged && expiresAfter == nil }

    /// Compares a job with a checked document. A signature of the document takes the place of the job's own.
    public init(_ draft: JobDraft, to document: JobDocument) {
        let timed = draft.timed(document)
        let new = draft.fields(of: timed)
        self.draft = draft
        // Of a job that nobody has read the signature stands in its document alone, which goes.
        let signature = document.signature ?? (draft.isUnread ? draft.job.signature : nil)
        written =
            new.filter { draft.stored[$0.key] != $0.value }.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
            + (signature?.fields ?? []).map { ($0.name, Array($0.value.utf8)) }
        breaksSignature = draft.isSignatureBroken(by: new, signed: signature)
        if case .after(let wait) = timed.expires { expiresAfter = wait } else { expiresAfter = nil }
        let isExpirySet = expiresAfter != nil
        let gone = draft.stored.keys.filter { new[$0] == nil && !($0 == "expires_at" && isExpirySet) }
        // With this edit it has been read.
        removed = (gone + (draft.isUnread ? ["document"] : [])).sorted()
        let before = draft.members.first { $0.name == DocumentField.runAt.rawValue }
        if let delay = timed.delay {
            timing = .delay(delay)
        } else if draft.isUnread {
            // Nobody has acted upon its time yet, whether it changes or not.
            timing = timed.runAt.map { .at($0) } ?? .unchanged
        } else if before == JobDraft.timing(timed.runAt).first {
            timing = .unchanged
        } else {
            timing = timed.runAt.map { .at($0) } ?? .delay(.zero)
        }
        let pair = [draft.meaning, draft.members(of: document)]
        changes = DocumentField.allCases.compactMap { field in
            let values = pair.map { $0.first { $0.name == field.rawValue }?.value }
            return values[0] == values[1] ? nil : Change(name: field.rawValue, old: values[0], new: values[1])
        }
    }
}
