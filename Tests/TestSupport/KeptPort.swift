import RedisClient

/// Keeps a free port of 127.0.0.1 for as long as it exists.
///
/// It is bound but not listened on: others that say SO_REUSEADDR, as Redis does, can listen, and connections get refused
/// while nobody does. Without it, a connection of any test could be given the port while a server is down.
public final class KeptPort: Sendable {
    /// The port.
    public let number: UInt16
    private let socket: ListeningSocket

    /// Takes a port that the system chooses.
    public init() throws {
        socket = try ListeningSocket(.tcp(host: "127.0.0.1", port: 0), listens: false)
        guard case .tcp(_, let port) = socket.address else { throw FixtureError("no port") }
        number = port
    }
}
