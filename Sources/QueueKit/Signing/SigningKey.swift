import Signatures

/// A secret that signs jobs, and the name by which signatures say that it was this one.
public struct SigningKey: Sendable {
    /// Bytes that a secret may have: as many as a signature, to as many as HMAC-SHA256 takes as they are.
    public static let secretBytes = 32...64
    /// Bytes that an id may have.
    public static let idBytes = 1...64

    /// Its name: 1...64 of `A-Z a-z 0-9 _ . -`.
    public let id: String
    private let secret: SharedSecret

    /// Takes a secret as the bytes that it is.
    ///
    /// - Throws: ``SigningKeyError`` for an id, or a number of bytes, that none may have. It never holds the secret.
    public init(id: String, secret: [UInt8]) throws(SigningKeyError) {
        guard Self.isID(id) else {
            throw SigningKeyError(
                "\(TerminalText.quotedForMessage(id)) is no id of a key; \(NameRule.accepted(Self.idBytes))"
            )
        }
        guard Self.secretBytes.contains(secret.count) else {
            throw SigningKeyError("the secret has \(secret.count) bytes; give \(Self.secretBytes)")
        }
        self.id = id
        self.secret = SharedSecret(secret)
    }

    static func isID(_ text: String) -> Bool { NameRule.allows(text, bytes: idBytes) }

    func sign(_ message: [UInt8]) -> [UInt8] { secret.signature(of: message) }

    func hasSigned(_ message: [UInt8], as signature: [UInt8]) -> Bool { secret.isSignature(signature, of: message) }
}

/// Why keys cannot be used, one line without a secret in it.
public struct SigningKeyError: Error, Sendable, CustomStringConvertible {
    /// What is wrong, and what to do about it.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
