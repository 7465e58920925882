import RedisClient

/// A job that was added by a function, and whose document no worker has read yet.
public struct UnreadJob: Sendable {
    /// Its id.
    public let id: JobID
    /// The document as it was sent.
    public let document: [UInt8]
    /// When it was added, as it is stored: durations in the document count from then.
    let createdAt: String
    /// Whether it has been dead before, for want of a reader that understands it: then somebody wants it run now.
    let isRevived: Bool

    /// What to run and when; the one validator decides.
    func judge(queue: QueueName) throws(DocumentError) -> (document: JobDocument, due: Timestamp?) {
        var document = try JobDocument(json: document, pushedTo: queue)
        let accepted = Int64(createdAt).map { Timestamp(milliseconds: $0) } ?? .now()
        if isRevived { (document.delay, document.runAt, document.expires) = (nil, nil, nil) }
        if case .after(let wait) = document.expires { document.expires = .at(accepted + wait) }
        return (document, document.delay.map { accepted + $0 } ?? document.runAt)
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
        isRevived = parts[2].string?.isEmpty == false
    }
}

extension Timestamp {
    fileprivate static func + (time: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(milliseconds: time.milliseconds + duration.wholeMilliseconds)
    }
}
