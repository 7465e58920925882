import RedisClient

extension ServerCheck {
    /// So long before its end a certificate should have been renewed.
    private static let noticeSeconds: Int64 = 14 * 86_400

    /// Looks how the way to the server is secured.
    mutating func checkTransport() {
        let configuration = directory.redis.configuration
        guard let security = directory.redis.security else {
            if case .unix = configuration.address {
                report.facts[.transport] = "unix socket"
                return
            }
            report.facts[.transport] = "no TLS"
            guard Self.comesFromElsewhere(configuration.address) else { return }
            let problem = "what is sent can be read and changed on the way: passwords, jobs and output"
            add(.noTLS, "\(configuration.address)", problem, remedy: "Give Redis a tls-port, and use rediss://")
            return
        }
        let end = Timestamp(milliseconds: security.certificateEnd * 1000)
        let until = "its certificate ends at \(end.rfc3339)"
        report.facts[.transport] = "\(security.version), \(security.isVerified ? until : "nothing is verified")"
        if !security.isVerified {
            let problem = "any server is believed to be Redis: whoever gets between can read and change everything"
            add(.unverifiedServer, "tls", problem, remedy: "Give its CA (--tls-ca FILE) in the place of --insecure")
        } else if security.certificateEnd < Timestamp.now().milliseconds / 1000 + Self.noticeSeconds {
            let problem = "the certificate of Redis ends soon, at \(end.rfc3339)"
            add(.certificateEnding, "tls", problem, remedy: "Renew it: with its end no worker reaches Redis any more")
        }
    }
}
