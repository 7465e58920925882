/// Where a Redis server listens, or who knows it.
public enum RedisAddress: Sendable, Hashable, CustomStringConvertible {
    /// A host name or a numeric IPv4 or IPv6 address (without brackets), and a port.
    case tcp(host: String, port: UInt16)

    /// A unix domain socket. Linux allows a path of at most 107 bytes; a longer one is refused when dialled.
    case unix(path: String)

    /// The primary that these sentinels watch under this name. They are asked for it before every dial, in turn.
    case primary(named: String, sentinels: [RedisEndpoint])

    /// A server at this endpoint.
    public init(_ endpoint: RedisEndpoint) {
        self = .tcp(host: endpoint.host, port: endpoint.port)
    }

    /// The address as it appears in messages: `host:port`, `[::1]:6379`, `unix:/run/redis.sock` or
    /// `mymaster (sentinels host:26379, other:26379)`.
    public var description: String {
        switch self {
        case .tcp(let host, let port): RedisEndpoint(host: host, port: port).description
        case .unix(let path): "unix:\(path)"
        case .primary(let name, let sentinels):
            "\(name) (sentinels \(sentinels.map(\.description).joined(separator: ", ")))"
        }
    }
}
