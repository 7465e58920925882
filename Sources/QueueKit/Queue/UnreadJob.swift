import RedisClient

/// A job that was added by a function, and whose document no worker has read yet.
public struct UnreadJob: Sendable {
    /// Its id.
    public let id: JobID
    /// The document as it was sent.
    public let document: [UInt8]
    /// When it was added, as it is stored: durations in the document count from then.
    let createdAt: String
    /// When it was dead for its document, as it is stored, if somebody has retried it since: who does, wants it run now.
    let finishedAt: String

    /// What to run and when; the one validator decides.
    func judge(queue: QueueName) throws(DocumentError) -> (document: JobDocument, due: Timestamp?) {
        var document = try JobDocument(json: document, pushedTo: queue)
        if !finishedAt.isEmpty { (document.delay, document.runAt, document.expires) = (nil, nil, nil) }
        guard document.hasDurations else { return (document, document.runAt) }
        var fields = StoredFields([("created_at", Array(createdAt.utf8))])
        guard let calledAt = fields.time("created_at") else {
            let shown = TerminalText.quotedForMessage(createdAt)
            throw DocumentError(
                field: "created_at",
                value: shown,
                problem: "is no time to count delay and expires from"
            )
        }
        let times = document.times(from: calledAt)
        document.expires = times.expires
        return (document, times.due)
    }
}

extension UnreadJob {
    init?(reply: RESPValue) {
        guard let parts = reply.array, parts.count == 4, let text = parts[0].string, let id = try? JobID(text),
            let document = parts[3].bytes
        else { return nil }
        self.id = id
        self.document = document
        createdAt = parts[1].string ?? ""
        finishedAt = parts[2].string ?? ""
    }
}

extension JobDocument {
    /// Whether `delay` or `expires` depends on when it was sent.
    fileprivate var hasDurations: Bool {
        if case .after = expires { return true }
        return delay != nil
    }

    /// When it is due and by when it must have been started, if its durations count from a time.
    func times(from start: Timestamp) -> (due: Timestamp?, expires: JobExpiry?) {
        var limit = expires
        if case .after(let wait) = expires { limit = .at(start + wait) }
        return (delay.map { start + $0 } ?? runAt, limit)
    }
}

extension Timestamp {
    fileprivate static func + (time: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(milliseconds: time.milliseconds + duration.wholeMilliseconds)
    }
}
