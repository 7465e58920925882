import COpenSSL

/// What sessions are made from: whom to trust and who we are, by what the files say now.
///
/// One is made for each connection, so a new certificate is used by the next. Sendable because the thread that makes it hands it
/// to the connection's, and never looks at it again.
final class TLSContext: @unchecked Sendable {
    let pointer: OpaquePointer
    let settings: RedisTLS

    /// Reads the files.
    ///
    /// - Throws: `RedisTLSError`, in words that name the file.
    init(_ settings: RedisTLS) throws(RedisTLSError) {
        _ = Self.begin
        guard let pointer = SSL_CTX_new(TLS_client_method()) else { throw RedisTLSError("out of memory") }
        self.pointer = pointer
        self.settings = settings
        queuectl_prepare(pointer)
        if let path = settings.authorities {
            try trust(path)
        } else {
            SSL_CTX_set_default_verify_paths(pointer)
        }
        if let path = settings.certificate {
            try present(path, key: settings.key ?? path)
        } else if settings.key != nil {
            throw RedisTLSError("there is a key of ours (tls_key), but no certificate (tls_cert)")
        }
    }

    deinit {
        SSL_CTX_free(pointer)
    }

    /// Without this OpenSSL would take itself apart in `exit`, under the hands of the threads that still use it.
    private static let begin: Void = {
        OPENSSL_init_ssl(UInt64(OPENSSL_INIT_NO_ATEXIT), nil)
    }()

    private func trust(_ path: String) throws(RedisTLSError) {
        let store = SSL_CTX_get_cert_store(pointer)
        for certificate in try PEMFile(path, "CA file").certificates() {
            X509_STORE_add_cert(store, certificate)
            X509_free(certificate)
        }
        // Whatever is in that file is trusted, also one between the server and its authority, or the server's own.
        X509_STORE_set_flags(store, UInt(X509_V_FLAG_PARTIAL_CHAIN))
    }

    private func present(_ path: String, key keyPath: String) throws(RedisTLSError) {
        let certificates = try PEMFile(path, "certificate").certificates()
        defer { for certificate in certificates { X509_free(certificate) } }
        guard SSL_CTX_use_certificate(pointer, certificates[0]) == 1 else {
            throw RedisTLSError("cannot use the certificate \(path): \(TLSWords.lastError)".oneLine)
        }
        for certificate in certificates.dropFirst() where X509_up_ref(certificate) == 1 {
            queuectl_add_to_chain(pointer, certificate)
        }
        let key = try PEMFile(keyPath, "key").key()
        defer { EVP_PKEY_free(key) }
        guard X509_check_private_key(certificates[0], key) == 1, SSL_CTX_use_PrivateKey(pointer, key) == 1 else {
            throw RedisTLSError("the key \(keyPath) does not belong to the certificate \(path)".oneLine)
        }
    }
}
