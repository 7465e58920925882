extension RedisConfiguration {
    /// Reads a URL: `redis://[[user]:password@]host[:port][/db]`, or `unix://[[user]:password@]/path[?db=n]`
    /// (also written `redis+unix://`), or, for a primary that sentinels watch,
    /// `redis+sentinel://[[user]:password@]host[:port],.../name[/db][?sentinel_password=...]` (also `redis-sentinel://`).
    ///
    /// `rediss://` and `rediss+sentinel://` are the same over TLS, and take the parameters `tls_ca`, `tls_cert` and `tls_key`
    /// (files), `tls_server_name`, and `tls_insecure` (`yes` or `no`): see ``RedisTLS``. They are percent-decoded.
    ///
    /// An IPv6 host stands in brackets. User, passwords, hosts and path are percent-decoded. The port is 6379, that of
    /// sentinels 26379, and the database 0 unless given. User and password are those of the primary. What the URL
    /// does not say gets the defaults of ``init(address:username:password:database:clientName:connectTimeout:commandTimeout:blockingMargin:)``.
    ///
    /// - Throws: ``RedisURLError``, whose message never contains a password.
    public init(url: String) throws(RedisURLError) {
        let parts = try RedisURLParts(url)
        switch parts.scheme {
        case "redis", "rediss":
            self.init(address: RedisAddress(try parts.endpoint()))
            database = try parts.database(inPath: parts.pathText)
        case "redis+sentinel", "redis-sentinel", "rediss+sentinel", "rediss-sentinel":
            let (name, rest) = try parts.primary()
            self.init(address: .primary(named: name, sentinels: try parts.sentinels()))
            database = try parts.database(inPath: rest)
            sentinelPassword = try parts.sentinelPassword()
        case "unix", "redis+unix":
            self.init(address: .unix(path: try parts.socketPath()))
            database = try parts.database(inPath: "")
        default:
            throw RedisURLError(
                "the scheme is not known; use redis://host:port, unix:///path or redis+sentinel://host:port/name, or rediss for TLS"
            )
        }
        (username, password) = try parts.credentials()
        tls = try parts.tls()
    }
}
