import Crypto

/// A secret that two sides share, to sign with HMAC-SHA256 and to check what the other has signed. Knows no jobs.
///
/// The only place that imports swift-crypto.
package struct SharedSecret: Sendable {
    /// Bytes of a signature.
    package static let signatureBytes = SHA256.byteCount

    private let key: SymmetricKey

    /// Takes the bytes of the secret as they are.
    package init(_ bytes: [UInt8]) {
        key = SymmetricKey(data: bytes)
    }

    /// The signature of a message.
    package func signature(of message: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: message, using: key))
    }

    /// Whether a signature is that of the message. How long it takes does not depend on where they differ.
    package func isSignature(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: message, using: key)
    }
}
