// Of a job that was added by a function, and whose document no worker has read yet.
extension JobDraft {
    var isUnread: Bool { job.document != nil }

    /// What its document says, right or wrong, in fields that there are: of others only the reason why it is dead tells. One that has
    /// ended has had its time.
    static func members(ofUnread document: [UInt8], hasEnded: Bool) -> [JSONMember] {
        let own: [DocumentField] = [.version, .id, .queue] + (hasEnded ? [.delay, .runAt, .expires] : [])
        let members = JSONParser.leadingMembers(document)
        if let signed = members.first(where: { $0.name == SignedField.signed.rawValue })?.value.string {
            return Self.members(ofUnread: Array(signed.utf8), hasEnded: hasEnded)
        }
        return members.filter { member in
            DocumentField(rawValue: member.name).map { !own.contains($0) } ?? false
        }
    }

    /// The members in the form that an edit gives them, with what the document of an unread job leaves open. What is wrong in it stays as
    /// it is.
    var meaning: [JSONMember] {
        guard isUnread else { return members }
        let (document, wrong) = read()
        return members(of: document) + wrong
    }

    /// The new document with the durations that an unread one had before as times: they count from the call that added it.
    func timed(_ document: JobDocument) -> JobDocument {
        guard isUnread, let calledAt = job.createdAt else { return document }
        let (before, times) = (read().document, document.times(from: calledAt))
        var timed = document
        if document.delay != nil, document.delay == before.delay { (timed.delay, timed.runAt) = (nil, times.due) }
        if document.expires == before.expires { timed.expires = times.expires }
        return timed
    }

    /// What the members say, as far as each can be read.
    private func read() -> (document: JobDocument, wrong: [JSONMember]) {
        var (document, wrong) = (JobDocument(), [JSONMember]())
        for member in members {
            guard let field = DocumentField(rawValue: member.name) else { continue }
            do {
                try document.set(field, to: member.value)
            } catch {
                wrong.append(member)
            }
        }
        return (document, wrong)
    }
}
