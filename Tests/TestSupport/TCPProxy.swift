import Dispatch
import Glibc
import RedisClient
import Synchronization

/// Stands between a client and a server and breaks what goes through it, on demand.
///
/// What a method does has taken effect when it returns. A connection through it costs two descriptors of this process.
public final class TCPProxy: Sendable {
    /// How to reach the server through the proxy.
    public let configuration: RedisConfiguration

    private let folder: TemporaryFolder
    private let keptPort: KeptPort?
    private let wake: WakeUp
    private let orders = Mutex<[@Sendable (ProxyLoop) -> Void]>([])

    /// Starts listening, on a unix socket or on a free port of 127.0.0.1.
    public convenience init(to server: RedisServer, tcp: Bool = false) throws {
        try self.init(to: .unix(path: "\(server.folder.path)/redis.sock"), tcp: tcp)
    }

    /// The same before the port for TLS of a server, on a free port of 127.0.0.1.
    public convenience init(to server: SecuredServer) throws {
        try self.init(to: .tcp(host: "127.0.0.1", port: server.port), tcp: true)
    }

    private init(to target: RedisAddress, tcp: Bool) throws {
        guard let wake = WakeUp() else { throw FixtureError("no event descriptor for the proxy") }
        self.wake = wake
        folder = try TemporaryFolder()
        keptPort = tcp ? try KeptPort() : nil
        let address = keptPort.map { RedisAddress.tcp(host: "127.0.0.1", port: $0.number) }
        let listensAt = address ?? .unix(path: "\(folder.path)/p")
        configuration = RedisConfiguration(address: listensAt)
        // The thread must not keep the proxy alive, or it would never be stopped.
        try OwnThread.start(name: "test-proxy") { [weak self] in
            let loop = ProxyLoop(listensAt, target: target, wake: wake)
            while true {
                let next = self?.orders.withLock { orders in
                    defer { orders = [] }
                    return orders
                }
                guard let next else { return }
                for order in next { order(loop) }
                loop.turn()
            }
        }
        try accept()
    }

    deinit {
        wake.signal()
    }

    /// A new connection to the server through the proxy.
    public func connection() -> RedisConnection { RedisConnection(configuration) }

    /// Moves no more bytes, in either direction. Connections stay open, and new ones seem to succeed.
    public func freeze() { perform { $0.isFrozen = true } }

    /// Moves bytes again, those that piled up included.
    public func resume() { perform { $0.isFrozen = false } }

    /// Closes all connections and refuses new ones.
    public func refuse() { perform { $0.refuse() } }

    /// Takes new connections again.
    public func accept() throws {
        let result = Mutex(Result<Void, any Error>.success(()))
        perform { loop in
            let outcome = Result { try loop.listen() }
            result.withLock { $0 = outcome }
        }
        try result.withLock { $0 }.get()
    }

    /// Closes all connections; new ones are taken.
    public func cut() { perform { $0.cutAll() } }

    /// Arms a trap: the request in which these bytes occur for the nth time from now (counted over all connections)
    /// reaches the server, but instead of the reply the client sees its connection end. `freezes`: new ones seem to
    /// succeed, and move no bytes until ``resume()``.
    public func cutBeforeReply(to needle: String, occurrence: Int = 1, freezes: Bool = false) {
        perform { $0.trap = ProxyTrap(needle: Array(needle.utf8), remaining: occurrence, freezes: freezes) }
    }

    /// Cuts the connection on which the server sends next, after so many bytes of that.
    public func cutAnswer(after count: Int) { perform { $0.answerLimit = count } }

    /// How often a trap has cut a connection.
    public var cutCount: Int { read { $0.cutCount } }

    /// How many connections were taken so far.
    public var connectionCount: Int { read { $0.connectionCount } }

    private func read(_ value: @escaping @Sendable (ProxyLoop) -> Int) -> Int {
        let result = Mutex(0)
        perform { loop in
            let value = value(loop)
            result.withLock { $0 = value }
        }
        return result.withLock { $0 }
    }

    private func perform(_ order: @escaping @Sendable (ProxyLoop) -> Void) {
        let done = DispatchSemaphore(value: 0)
        orders.withLock {
            $0.append { loop in
                order(loop)
                done.signal()
            }
        }
        wake.signal()
        done.wait()
    }
}
