/// Who answers for a job, and until when: a signature over the text of its document.
///
/// The text is signed as it is, so nobody has to agree with us on how numbers, blanks or the order of names are written.
public struct JobSignature: Sendable, Equatable {
    /// The longest time that a signature may be valid from when its job is added, since so long its id is remembered: 30 days.
    public static let longestValidity: Duration = .seconds(30 * 86_400)

    /// The document that was signed, as text.
    public let text: String
    /// The id of the key that signed it.
    public let keyID: String
    /// Until when the job may be begun, by Redis' clock.
    public let validUntil: Timestamp
    /// HMAC-SHA256 of ``message(for:in:)``.
    let bytes: [UInt8]

    /// Takes what a pusher has sent. Nothing is verified.
    init(text: String, keyID: String, validUntil: Timestamp, bytes: [UInt8]) {
        self.text = text
        self.keyID = keyID
        self.validUntil = validUntil
        self.bytes = bytes
    }

    /// Signs a text.
    init(of text: String, id: JobID, in queue: QueueKeys, validUntil: Timestamp, by key: SigningKey) {
        self.init(text: text, keyID: key.id, validUntil: validUntil, bytes: [])
        self = Self(text: text, keyID: key.id, validUntil: validUntil, bytes: key.sign(message(for: id, in: queue)))
    }

    /// What is signed: five lines, then the bytes of the document. No line can hold the end of a line, and the document comes last:
    /// so none can be read as part of another.
    func message(for id: JobID, in queue: QueueKeys) -> [UInt8] {
        let lines = [Self.purpose, keyID, queue.queuePrefix, id.text, String(validUntil.milliseconds)]
        return lines.flatMap { Array($0.utf8) + [UInt8(ascii: "\n")] } + Array(text.utf8)
    }

    /// The first line: nothing else that anybody signs with the same secret begins so.
    static let purpose = "queuectl-signed-job-v1"

    /// The same bytes, not just the same text: "é" can be written in two ways.
    public static func == (left: JobSignature, right: JobSignature) -> Bool {
        left.bytes == right.bytes && left.validUntil == right.validUntil && left.keyID == right.keyID
            && left.text.utf8.elementsEqual(right.text.utf8)
    }
}

// As it stands in the hash of a job.
extension JobSignature {
    /// Names and values.
    var fields: [(name: String, value: String)] {
        [
            (SignedField.signed.rawValue, text), (SignedField.keyID.rawValue, keyID),
            (SignedField.validUntil.rawValue, String(validUntil.milliseconds)),
            (SignedField.signature.rawValue, HexText.format(bytes)),
        ]
    }

    /// Takes it out of a hash; nil if there is none, or if it is damaged: then the job is.
    init?(from reader: inout StoredFields) {
        let text = reader.text(SignedField.signed.rawValue)
        let keyID = reader.text(SignedField.keyID.rawValue)
        let validUntil = reader.time(SignedField.validUntil.rawValue)
        let digits = reader.text(SignedField.signature.rawValue)
        if text == nil, keyID == nil, validUntil == nil, digits == nil { return nil }
        guard let text, let keyID, SigningKey.isID(keyID), let validUntil, let digits,
            let bytes = SignedField.signatureBytes(digits)
        else {
            reader.report("its signature is incomplete or malformed")
            return nil
        }
        self.init(text: text, keyID: keyID, validUntil: validUntil, bytes: bytes)
    }
}
