/// Whom to tell that a push was refused, as far as that can be read from it.
public struct ReplyAddress: Sendable, Equatable {
    /// The `reply_to` of the push.
    public let name: String
    /// The id that the job was to have, if it says so.
    public let id: JobID?

    /// Looks for a valid `reply_to` in a prepared hash, or in JSON before the place where that is wrong.
    init?(of item: IntakeItem) {
        let fields: [(String, String?)]
        if item.raw.first == UInt8(ascii: "{") {
            let bytes = item.raw.prefix(JobLimits.documentBytes)
            fields = JSONParser.leadingMembers(Array(bytes)).map { ($0.name, $0.value.string) }
        } else {
            // Somebody pushed the id of a job: whoever waits for its answer is still to get that, and nothing else.
            if item.preparedFields.contains(where: { $0.0 == "state" }) { return nil }
            let raw = String(decoding: item.raw, as: UTF8.self)
            fields = item.preparedFields.map { ($0.0, String(validating: $0.1, as: UTF8.self)) } + [("id", raw)]
        }
        let signed = fields.first { $0.0 == SignedField.signed.rawValue }?.1
        let inner =
            signed.map { JSONParser.leadingMembers(Array($0.utf8)).map { ($0.name, $0.value.string) } } ?? fields
        guard let name = inner.first(where: { $0.0 == "reply_to" })?.1,
            NameRule.allows(name, bytes: JobLimits.nameBytes)
        else { return nil }
        self.name = name
        id = fields.first { $0.0 == "id" }?.1.flatMap { try? JobID($0) }
    }
}
