/// A host and a port.
public struct RedisEndpoint: Sendable, Hashable, CustomStringConvertible {
    /// A host name or a numeric IPv4 or IPv6 address, without brackets.
    public var host: String

    /// The port.
    public var port: UInt16

    /// Names an endpoint. No I/O.
    public init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// `host:port`, or `[::1]:6379`.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
