/// A Lua script that the server runs as one step.
public struct RedisScript: Sendable, Hashable {
    /// The name that error messages use. Two scripts on one connection should not share it.
    public let name: String

    /// The whole source, the `#!lua flags=...` line included.
    public let source: String

    /// Names a script. Nothing is sent.
    public init(name: String, source: String) {
        self.name = name
        self.source = source
    }
}
