import COpenSSL
import Glibc

/// TLS on a connected socket: the handshake, then bytes in both directions. Nothing here ever blocks. Belongs to one thread.
final class TLSSession {
    private let socket: Socket
    private let ssl: OpaquePointer
    private let wire: UnsafeMutablePointer<queuectl_wire>
    private let verdict: UnsafeMutablePointer<queuectl_verdict>
    private let words: TLSWords
    private var isOver = false
    /// How it ended, until somebody was told.
    private var end: LinkFailure?

    /// What the last step in each direction waits for: records are sent while reading, and read while sending, when keys change.
    private(set) var readWaitsForRoom = false, writeWaitsForInput = false

    /// Whether there may be something to read that the kernel knows nothing of any more: `poll` would not tell.
    private(set) var holdsMore = false

    /// - Parameter host: what is dialled.
    /// - Throws: `RedisTLSError`, when this is no host that a certificate could be for.
    init(_ socket: Socket, _ context: TLSContext, host: String) throws(RedisTLSError) {
        let settings = context.settings
        let name = settings.serverName ?? Self.name(of: host)
        guard let method = Self.method, let ssl = SSL_new(context.pointer) else { throw RedisTLSError("out of memory") }
        self.socket = socket
        self.ssl = ssl
        words = TLSWords(settings: settings, name: name)
        wire = .allocate(capacity: 1)
        wire.initialize(to: queuectl_wire(descriptor: socket.descriptor, error: 0, is_at_end: 0))
        verdict = .allocate(capacity: 1)
        verdict.initialize(to: queuectl_verdict())
        guard queuectl_attach(ssl, method, wire) == 1 else { throw RedisTLSError("out of memory") }
        queuectl_judge(ssl, verdict, settings.verifies ? 1 : 0)
        SSL_set_connect_state(ssl)
        // Names in the subject are for people: they do not count.
        SSL_set_hostflags(ssl, UInt32(X509_CHECK_FLAG_NEVER_CHECK_SUBJECT))
        if X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name) != 1 {
            guard SSL_set1_host(ssl, name) == 1, queuectl_set_server_name(ssl, name) == 1 else {
                throw RedisTLSError("\"\(name)\" cannot be the name of a server".oneLine)
            }
        }
    }

    deinit {
        // A farewell, if the kernel takes it.
        if !isOver, SSL_is_init_finished(ssl) == 1 { SSL_shutdown(ssl) }
        SSL_free(ssl)
        X509_free(verdict.pointee.certificate)
        wire.deallocate()
        verdict.deallocate()
        ERR_clear_error()
    }

    /// Goes on with the handshake. Returns whether it is done.
    func shakeHands() throws(LinkFailure) -> Bool {
        ERR_clear_error()
        readWaitsForRoom = false
        let result = SSL_do_handshake(ssl)
        if result == 1 { return true }
        if let end = outcome(result, writes: false) { throw end }
        return false
    }

    /// Sends some of these bytes, of which there must be some. What counts as sent are records that the kernel has taken
    /// whole: the server can do nothing with a part of one.
    func write(_ bytes: UnsafeRawBufferPointer) -> Moved {
        ERR_clear_error()
        let result = SSL_write(ssl, bytes.baseAddress, Int32(clamping: bytes.count))
        writeWaitsForInput = false
        if result > 0 { return .bytes(Int(result)) }
        return outcome(result, writes: true).map { .ended($0) } ?? .notNow
    }

    /// Reads as much as there is and fits. Less than fits means that there is no more now.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Moved {
        holdsMore = false
        if let end { return .ended(end) }
        readWaitsForRoom = false
        var filled = 0
        while filled < buffer.count {
            ERR_clear_error()
            let room = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
            let result = SSL_read(ssl, room.baseAddress, Int32(clamping: room.count))
            if result > 0 {
                filled += Int(result)
                continue
            }
            end = outcome(result, writes: false)
            if filled == 0 { return end.map { .ended($0) } ?? .notNow }
            holdsMore = end != nil
            return .bytes(filled)
        }
        holdsMore = true
        return .bytes(filled)
    }

    /// How the connection is secured, once the handshake is done.
    var security: RedisSecurity {
        let certificate = SSL_get1_peer_certificate(ssl)
        defer { X509_free(certificate) }
        var end = certificate.map { PeerCertificate($0).end } ?? tm()
        return RedisSecurity(
            version: String(cString: SSL_get_version(ssl)),
            cipher: SSL_CIPHER_get_name(SSL_get_current_cipher(ssl)).map { String(cString: $0) } ?? "",
            isVerified: words.settings.verifies,
            certificateEnd: Int64(timegm(&end))
        )
    }

    /// Whether the server has asked for a certificate, and we have none. (OpenSSL also has none to give when ours is of a kind
    /// that the server does not take.)
    var isAskedForCertificate: Bool { verdict.pointee.is_asked_for_ours != 0 && words.settings.certificate == nil }

    /// What a step that was not done is: over, for this reason, or nil if it has to wait.
    private func outcome(_ result: Int32, writes: Bool) -> LinkFailure? {
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ:
            if writes { writeWaitsForInput = true }
            return nil
        case SSL_ERROR_WANT_WRITE:
            if !writes { readWaitsForRoom = true }
            return nil
        case SSL_ERROR_ZERO_RETURN:
            return LinkFailure(reason: "closed by the server")
        case SSL_ERROR_SYSCALL:
            isOver = true
            let number = wire.pointee.error
            return LinkFailure(reason: number == 0 ? "closed by the server" : systemMessage(number))
        default:
            isOver = true
            // The session has nothing more to say, so whoever reads on hears of this.
            let failure = LinkFailure(reason: failure, kind: .tls)
            end = failure
            return failure
        }
    }

    private var failure: String {
        let reason = queuectl_error_reason(ERR_peek_error())
        guard reason == SSL_R_CERTIFICATE_VERIFY_FAILED else {
            return words.failure(reason, isAsked: isAskedForCertificate)
        }
        let found = verdict.pointee
        return words.untrusted(found.error, depth: found.depth, found.certificate.map(PeerCertificate.init))
    }

    /// The name that a certificate has for a host: without the zone of an IPv6 address, and without the dot that may end a name.
    private static func name(of host: String) -> String {
        if host.contains(":") { return String(host.prefix { $0 != "%" }) }
        return host.hasSuffix(".") ? String(host.dropLast()) : host
    }

    /// How sockets are read and written. Safe because it is made once, and only read from then on.
    private nonisolated(unsafe) static let method = queuectl_wire_method()
}
