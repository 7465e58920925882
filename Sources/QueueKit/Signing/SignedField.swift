import Signatures

/// The fields of a signed job as it is pushed: by these names in JSON, in a prepared hash, and in the hash of the job.
enum SignedField: String, CaseIterable, Sendable {
    case version = "v"
    case id, queue, signed
    case keyID = "key_id"
    case validUntil = "valid_until"
    case signature

    /// Those that a plain document does not have.
    static let own: Set<String> = [
        signed.rawValue, keyID.rawValue, validUntil.rawValue, signature.rawValue,
    ]

    /// What may be given.
    var accepted: String {
        switch self {
        case .version: DocumentField.version.accepted
        case .id: JobID.accepted
        case .queue: QueueName.accepted
        case .signed: "give the document of the job as a string"
        case .keyID: NameRule.accepted(SigningKey.idBytes)
        case .validUntil: "give whole milliseconds since the epoch, as they were signed"
        case .signature: "give the \(SharedSecret.signatureBytes * 2) hex digits of an HMAC-SHA256, in lower case"
        }
    }

    func error(_ value: JSONValue, _ problem: String) -> DocumentError {
        DocumentError(field: rawValue, value: FieldReader.shown(value), problem: problem, accepted: accepted)
    }

    func string(_ value: JSONValue) throws(DocumentError) -> String {
        guard case .string(let text) = value else { throw error(value, "is not a string") }
        return text
    }

    static func signatureBytes(_ digits: String) -> [UInt8]? {
        guard let bytes = HexText.bytes(digits.utf8), bytes.count == SharedSecret.signatureBytes,
            HexText.format(bytes) == digits
        else { return nil }
        return bytes
    }
}
