import COpenSSL
import Glibc

/// A certificate that a server has shown, for what is to be said of it. Nothing in it is believed.
struct PeerCertificate {
    /// The names that it is for: host names and IP addresses.
    let names: [String]
    /// Who has issued it.
    let issuer: String
    /// Whose it is.
    let subject: String
    /// From when and until when it is valid.
    let start, end: tm

    init(_ certificate: OpaquePointer) {
        names = Self.names(certificate)
        issuer = Self.text(X509_get_issuer_name(certificate))
        subject = Self.text(X509_get_subject_name(certificate))
        start = Self.time(X509_get0_notBefore(certificate))
        end = Self.time(X509_get0_notAfter(certificate))
    }

    /// A few of its names, for people.
    var namesInWords: String {
        names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
    }

    /// `2026-11-21T22:00:00Z`
    static func text(_ time: tm) -> String {
        func digits(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let date = "\(time.tm_year + 1900)-\(digits(time.tm_mon + 1))-\(digits(time.tm_mday))"
        return "\(date)T\(digits(time.tm_hour)):\(digits(time.tm_min)):\(digits(time.tm_sec))Z"
    }

    private static func time(_ time: UnsafePointer<ASN1_TIME>?) -> tm {
        var parts = tm()
        ASN1_TIME_to_tm(time, &parts)
        return parts
    }

    private static func text(_ name: OpaquePointer?) -> String {
        guard let bio = BIO_new(BIO_s_mem()) else { return "" }
        defer { BIO_free(bio) }
        queuectl_print_name(bio, name)
        var text = [UInt8](repeating: 0, count: 200)
        let count = BIO_read(bio, &text, Int32(text.count))
        return printable(text.prefix(Int(max(count, 0))))
    }

    private static func names(_ certificate: OpaquePointer) -> [String] {
        guard let names = queuectl_names(certificate) else { return [] }
        defer { GENERAL_NAMES_free(names) }
        return (0..<queuectl_name_count(names)).compactMap { at in
            var type: Int32 = 0
            guard let value = queuectl_name(names, at, &type) else { return nil }
            let bytes = UnsafeBufferPointer(start: ASN1_STRING_get0_data(value), count: Int(ASN1_STRING_length(value)))
            return type == GEN_DNS ? printable(bytes.prefix(253)) : address(bytes)
        }
    }

    private static func address(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        return inet_ntop(family, bytes.baseAddress, &text, socklen_t(text.count)).map { String(cString: $0) }
    }

    /// Anyone can put anything into a certificate.
    private static func printable(_ bytes: some Collection<UInt8>) -> String {
        String(decoding: bytes.map { (0x20..<0x7F).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }
}
