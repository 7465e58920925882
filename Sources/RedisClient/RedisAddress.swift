/// Where a Redis server listens.
public enum RedisAddress: Sendable, Hashable, CustomStringConvertible {
    /// A host name or a numeric IPv4 or IPv6 address (without brackets), and a port.
    case tcp(host: String, port: UInt16)

    /// A unix domain socket. Linux allows a path of at most 107 bytes; a longer one is refused when dialled.
    case unix(path: String)

    /// The address as it appears in messages: `host:port`, `[::1]:6379` or `unix:/run/redis.sock`.
    public var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}
