extension RedisConfiguration {
    /// Reads a URL: `redis://[[user]:password@]host[:port][/db]`, or `unix://[[user]:password@]/path[?db=n]`
    /// (also written `redis+unix://`).
    ///
    /// An IPv6 host stands in brackets. User, password, host and path are percent-decoded. The port is 6379 and the
    /// database 0 unless given. What the URL does not say gets the defaults of ``init(address:username:password:database:clientName:connectTimeout:commandTimeout:blockingMargin:)``.
    ///
    /// - Throws: ``RedisURLError``, whose message never contains the password.
    public init(url: String) throws(RedisURLError) {
        let parts = try RedisURLParts(url)
        switch parts.scheme {
        case "redis":
            let (host, port) = try parts.hostAndPort()
            self.init(address: .tcp(host: host, port: port))
            database = try parts.database(pathIsDatabase: true)
        case "unix", "redis+unix":
            self.init(address: .unix(path: try parts.socketPath()))
            database = try parts.database(pathIsDatabase: false)
        case "rediss":
            throw RedisURLError("TLS is not supported yet (rediss://); use redis://")
        default:
            throw RedisURLError("the scheme is not known; use redis://host:port or unix:///path")
        }
        (username, password) = try parts.credentials()
    }
}
