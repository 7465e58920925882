import RedisClient

/// A `redis-server` with a port for TLS, and the authority that has issued its certificate.
public final class SecuredServer: Sendable {
    /// Which clients it takes.
    public enum Clients: String, Sendable {
        /// Those with a certificate of its authority.
        case withCertificate = "yes"
        /// All.
        case all = "no"
    }

    /// The server, which others reach over its unix socket.
    public let server: RedisServer
    /// Whom it trusts, and who has issued its certificate.
    public let authority: TestAuthority
    /// Its own certificate.
    public let certificate: TestCertificate
    /// Where it listens for TLS on 127.0.0.1.
    public var port: UInt16 { keptPort.number }

    private let keptPort: KeptPort

    /// Starts a server.
    ///
    /// - Parameters:
    ///   - authority: a new one unless given.
    ///   - certificate: one for localhost and 127.0.0.1 unless given.
    ///   - clients: whom it takes.
    ///   - lines: further lines of redis.conf.
    public init(
        _ authority: TestAuthority? = nil,
        _ certificate: TestCertificate? = nil,
        clients: Clients = .all,
        _ lines: [String] = []
    ) throws {
        let authority = try authority ?? TestAuthority()
        let certificate = try certificate ?? authority.issue()
        keptPort = try KeptPort()
        self.authority = authority
        self.certificate = certificate
        server = try RedisServer(
            .init(
                tcp: true,
                appendOnly: true,
                configuration: [
                    "tls-port \(keptPort.number)", "tls-cert-file \(certificate.certificate)",
                    "tls-key-file \(certificate.key)", "tls-ca-cert-file \(authority.file)",
                    "tls-auth-clients \(clients.rawValue)", "maxmemory-policy noeviction",
                ] + lines
            )
        )
    }

    /// How to reach it over TLS, trusting its authority.
    public func configuration(
        host: String = "127.0.0.1",
        as own: TestCertificate? = nil
    ) -> RedisConfiguration {
        var configuration = RedisConfiguration(address: .tcp(host: host, port: port))
        var tls = RedisTLS()
        tls.authorities = authority.file
        tls.certificate = own?.certificate
        tls.key = own?.key
        configuration.tls = tls
        return configuration
    }
}
