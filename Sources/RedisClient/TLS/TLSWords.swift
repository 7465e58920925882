import COpenSSL

/// What went wrong with TLS, and what to do about it, in words.
struct TLSWords {
    let settings: RedisTLS
    /// Who the server is to be.
    let name: String

    /// What is wrong with the certificate of the server, or with that of an authority above it.
    ///
    /// - Parameters:
    ///   - error: one of `X509_V_ERR_...`.
    ///   - certificate: the one that it was found in; of an authority if `depth` is not 0.
    func untrusted(_ error: Int32, depth: Int32, _ certificate: PeerCertificate?) -> String {
        let whose = depth == 0 ? "its certificate" : "the certificate of its CA \"\(certificate?.subject ?? "")\""
        switch error {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return "\(whose) expired at \(certificate.map { PeerCertificate.text($0.end) } ?? "some time")"
        case X509_V_ERR_CERT_NOT_YET_VALID:
            let start = certificate.map { PeerCertificate.text($0.start) } ?? "later"
            return "\(whose) is not valid before \(start); a clock may be wrong"
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
            guard let certificate, !certificate.names.isEmpty else {
                return "its certificate is for no host at all, so not for \(name): it has no subjectAltName"
            }
            let advice = "dial one of these, or say which to expect (tls_server_name)"
            return "its certificate is not for \(name), but for \(certificate.namesInWords); \(advice)"
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
            X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_SIGNATURE_FAILURE, X509_V_ERR_CERT_UNTRUSTED:
            let who = certificate.map { "issued by \"\($0.issuer)\", " } ?? ""
            let known = settings.authorities.map { "which is not in \($0)" } ?? "which this system does not know"
            return "its certificate is not trusted: \(who)\(known); give the file of its CA (tls_ca)"
        default:
            return "\(whose) is not trusted: \(String(cString: X509_verify_cert_error_string(Int(error))))"
        }
    }

    /// What a fatal error of a session means.
    ///
    /// - Parameters:
    ///   - reason: one of `SSL_R_...`.
    ///   - isAsked: whether the server has asked for a certificate, and got none.
    func failure(_ reason: Int32, isAsked: Bool) -> String {
        switch reason {
        case SSL_R_WRONG_VERSION_NUMBER, SSL_R_HTTP_REQUEST, SSL_R_PACKET_LENGTH_TOO_LONG:
            return Self.noTLS
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
            return "it has no version of TLS in common with us: 1.2 or later is needed"
        case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED: return Self.demandsCertificate
        case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE where isAsked: return Self.demandsCertificate
        case SSL_R_TLSV1_ALERT_UNKNOWN_CA: return refusal("it does not know the CA that issued it")
        case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED: return refusal("it has expired")
        case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED: return refusal("it was revoked")
        case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE,
            SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN, SSL_R_TLSV1_ALERT_ACCESS_DENIED:
            return refusal(Self.lastError)
        default: return "TLS failed: \(Self.lastError)"
        }
    }

    static let noTLS = "it does not speak TLS there; use redis://, or the port for TLS"
    static let demandsCertificate = "it demands a certificate of ours; give tls_cert and tls_key"

    /// OpenSSL's words for what it noted last in this thread.
    static var lastError: String {
        ERR_reason_error_string(ERR_peek_last_error()).map { String(cString: $0) } ?? "no reason is known"
    }

    private func refusal(_ why: String) -> String {
        settings.certificate.map { "it does not accept our certificate \($0): \(why)" }
            ?? "TLS failed: \(Self.lastError)"
    }
}
