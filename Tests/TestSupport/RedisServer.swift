import Foundation
import RedisClient
import Synchronization

/// A `redis-server` of its own, on a unix socket in a temporary folder.
///
/// Give a suite one server each (`let server = try RedisServer()` as a stored property of the suite's type makes one per
/// test), or share ``shared()`` and keep tests apart with ``uniqueName(_:)``. It is gone with its last reference,
/// with ``stop()``, and with the test process.
public final class RedisServer: Sendable {
    /// How a server is to be started.
    public struct Options: Sendable {
        /// Also listen on a free port of 127.0.0.1.
        public var tcp = false
        /// Keep an append-only file, synced every second.
        public var appendOnly = false
        /// Further lines of redis.conf, such as `requirepass secret`.
        public var configuration: [String] = []
        /// Words before the command that starts it, such as `nice`: a command that ends in becoming it.
        public var under: [String] = []

        /// Makes options.
        public init(
            tcp: Bool = false,
            appendOnly: Bool = false,
            configuration: [String] = [],
            under wrapper: [String] = []
        ) {
            self.tcp = tcp
            self.appendOnly = appendOnly
            self.configuration = configuration
            self.under = wrapper
        }
    }

    /// The socket, data, configuration and log (`redis.log`) are in here.
    public let folder: TemporaryFolder

    /// The port on 127.0.0.1, if asked for.
    public var port: UInt16? { keptPort?.number }

    private let keptPort: KeptPort?
    private let wrapper: [String]
    private let process = Mutex<ChildProcess?>(nil)

    /// Starts a server and waits until it answers. Blocks for some 20 ms.
    public init(_ options: Options = Options()) throws {
        folder = try TemporaryFolder()
        wrapper = options.under
        keptPort = options.tcp ? try KeptPort() : nil
        var lines = [
            "port \(keptPort?.number ?? 0)", "bind 127.0.0.1", "unixsocket \(folder.path)/redis.sock",
            "unixsocketperm 700",
            "dir \(folder.path)", "save \"\"", "appendonly \(options.appendOnly ? "yes" : "no")",
            "appendfsync everysec", "enable-debug-command local",
        ]
        lines += options.configuration
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: "\(folder.path)/redis.conf"))
        try start()
    }

    deinit {
        stop()
    }

    /// How to reach it over its unix socket. For a server with a password, add that.
    public var configuration: RedisConfiguration {
        RedisConfiguration(address: .unix(path: "\(folder.path)/redis.sock"))
    }

    /// How to reach it over TCP. Fails the test if the server was started without.
    public func tcpConfiguration() throws -> RedisConfiguration {
        guard let port else { throw FixtureError("this server was started without tcp: true") }
        return RedisConfiguration(address: .tcp(host: "127.0.0.1", port: port))
    }

    /// A new connection to it, over its unix socket.
    public func connection() -> RedisConnection { RedisConnection(configuration) }

    /// The process id, or nil while it is stopped.
    public var pid: pid_t? { process.withLock { $0?.pid } }

    /// A name that nothing else in this test process uses, for namespaces and keys on a shared server.
    public static func uniqueName(_ stem: String = "t") -> String {
        "\(stem)\(names.wrappingAdd(1, ordering: .relaxed).newValue)"
    }

    private static let names = Atomic(0)

    /// One server for all tests that need nothing special. Never flush or stop it.
    public static func shared() throws -> RedisServer { try sharedServer.get() }

    private static let sharedServer: Result<RedisServer, any Error> = Result {
        let server = try RedisServer()
        // A static is never released.
        atexit { stopSharedServer() }
        return server
    }

    /// Kills it with SIGKILL, as a crash would, and waits until it is gone.
    public func kill9() {
        process.withLock { $0.take() }?.kill9()
    }

    /// Starts it again on the same address and data, killing it first if it runs. Blocks until it answers.
    public func restart() throws {
        kill9()
        try start()
    }

    /// Stops it from running (SIGSTOP), so that nothing is answered while its sockets stay open.
    public func freeze() {
        process.withLock { $0?.signal(SIGSTOP) }
    }

    /// Lets it run again.
    public func thaw() {
        process.withLock { $0?.signal(SIGCONT) }
    }

    /// Kills it and removes its folder. Harmless when repeated.
    public func stop() {
        kill9()
        folder.remove()
    }

    private func start() throws {
        let log = "\(folder.path)/redis.log"
        let child = try ChildProcess(wrapper + ["redis-server", "\(folder.path)/redis.conf"], output: log)
        // It takes some 20 ms to be there, and the caller's thread is held up for so long.
        let eager = ReconnectBackoff(first: .milliseconds(4), longest: .milliseconds(20))
        let connection = RedisConnection(configuration, backoff: eager)
        defer { connection.close() }
        let deadline = ContinuousClock.now.advanced(by: .seconds(20))
        while true {
            do {
                _ = try connection.sendAndWait(RedisCommand("PING"))
                break
            } catch  where error.reply?.kind == .noAuth || error.reply?.kind == .masterDown {
                break
            } catch {
                let said = (try? String(contentsOfFile: log, encoding: .utf8))?.suffix(500) ?? ""
                guard child.isRunning else { throw FixtureError("redis-server (is it installed?) ended: \(said)") }
                guard ContinuousClock.now < deadline else { throw FixtureError("redis-server: \(error): \(said)") }
            }
        }
        process.withLock { $0 = child }
    }

    fileprivate static func stopShared() {
        if case .success(let server) = sharedServer { server.stop() }
    }
}

private func stopSharedServer() {
    RedisServer.stopShared()
}
