import COpenSSL
import Glibc

/// A file of certificates or keys, as it is now.
struct PEMFile {
    private let path: String
    /// What it is for, as it stands in messages: `CA file`.
    private let purpose: String
    private let bytes: [UInt8]

    /// All that a system trusts is a quarter of that.
    private static let limit = 1 << 20

    /// - Throws: `RedisTLSError`, when it cannot be read. What is no file is refused: it could be read only once, or never.
    init(_ path: String, _ purpose: String) throws(RedisTLSError) {
        self.path = path
        self.purpose = purpose
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.error(path, purpose, systemMessage(errno)) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.error(path, purpose, systemMessage(errno)) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw Self.error(path, purpose, "it is not a file") }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = Glibc.read(descriptor, &piece, piece.count)
            guard count >= 0 || errno == EINTR else { throw Self.error(path, purpose, systemMessage(errno)) }
            if count == 0 { break }
            bytes += piece.prefix(max(count, 0))
            guard bytes.count <= Self.limit else { throw Self.error(path, purpose, "it has more than 1 MiB") }
        }
        self.bytes = bytes
    }

    /// The certificates in it: at least one. The caller gives them back.
    func certificates() throws(RedisTLSError) -> [OpaquePointer] {
        let found: [OpaquePointer] = parse { bio in
            var found: [OpaquePointer] = []
            while let certificate = PEM_read_bio_X509(bio, nil, refusePassword, nil) { found.append(certificate) }
            return found
        }
        // It ends where there is no further beginning; any other end is damage.
        guard !found.isEmpty, queuectl_error_reason(ERR_peek_last_error()) == PEM_R_NO_START_LINE else {
            for certificate in found { X509_free(certificate) }
            let problem = found.isEmpty ? "it holds no certificate in PEM form" : "a certificate in it is damaged"
            throw Self.error(path, purpose, problem)
        }
        return found
    }

    /// The key in it, which the caller gives back.
    func key() throws(RedisTLSError) -> OpaquePointer {
        var isEncrypted = false
        let key = parse { bio in PEM_read_bio_PrivateKey(bio, nil, refusePassword, &isEncrypted) }
        if let key { return key }
        let remedy = "it is encrypted; take the password off: openssl pkey -in FILE -out NEWFILE"
        throw Self.error(path, purpose, isEncrypted ? remedy : "it holds no key in PEM form")
    }

    private func parse<Value>(_ body: (OpaquePointer?) -> Value) -> Value {
        ERR_clear_error()
        return bytes.withUnsafeBytes { raw in
            let bio = BIO_new_mem_buf(raw.baseAddress, Int32(raw.count))
            defer { BIO_free(bio) }
            return body(bio)
        }
    }

    private static func error(_ path: String, _ purpose: String, _ problem: String) -> RedisTLSError {
        RedisTLSError("cannot use the \(purpose) \(path): \(problem)".oneLine)
    }
}

/// Knows no password, and notes that one is needed. Without this OpenSSL would ask on the terminal.
private func refusePassword(
    _: UnsafeMutablePointer<CChar>?,
    _: Int32,
    _: Int32,
    note: UnsafeMutableRawPointer?
) -> Int32 {
    note?.assumingMemoryBound(to: Bool.self).pointee = true
    return -1
}
