/// How connections are secured by TLS 1.2 or later: whom to trust, and who we are.
///
/// The files are in PEM form and are read anew for each connection, so that new certificates need no restart.
public struct RedisTLS: Sendable, Hashable {
    /// The file with the certificates of the authorities to trust, instead of those that the system trusts.
    public var authorities: String?

    /// The file with our own certificate, for servers that ask for one, and those between it and its authority.
    public var certificate: String?

    /// The file with the key of that certificate, unencrypted. Without one the key is in the file of the certificate.
    public var key: String?

    /// The name that certificates have to be for, and that servers are told (SNI). Without one it is the host that is
    /// dialled: a name, or an IP address, of which servers are not told.
    public var serverName: String?

    /// Whether the server has to prove who it is. Without that, whoever gets between can read and change everything.
    public var verifies: Bool {
        get { saysWhetherToVerify ?? true }
        set { saysWhetherToVerify = newValue }
    }

    /// The same, and nil if nobody has said anything of it.
    package private(set) var saysWhetherToVerify: Bool?

    /// Trusts whom the system trusts, and has no certificate of its own.
    public init() {}

    /// Reads the files once, to find out what is wrong with them before anything is dialled.
    ///
    /// - Throws: ``RedisTLSError``.
    public func check() throws(RedisTLSError) {
        _ = try TLSContext(self)
    }
}

/// Says why TLS cannot be used as it is set up here.
public struct RedisTLSError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One line: the file, and what is wrong with it. Nothing of what is in the file.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// How a connection that stands is secured.
public struct RedisSecurity: Sendable, Hashable {
    /// The version, such as `TLSv1.3`.
    public let version: String

    /// The cipher, in OpenSSL's words.
    public let cipher: String

    /// Whether the server has proved who it is.
    public let isVerified: Bool

    /// When the server's certificate ends, in seconds since 1970.
    public let certificateEnd: Int64
}
