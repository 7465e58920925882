import Glibc
import RedisClient
import Synchronization

extension EmbeddedServer {
    /// Starts a private server in a new folder, for a demonstration or a test.
    ///
    /// It ends, and its folder goes, when the returned server is closed or dropped, and also when this process ends in
    /// any way, `kill -9` included.
    public static func temporary(
        environment: EmbeddedEnvironment = .current,
        deadline: Duration = .seconds(10)
    ) async throws(EmbeddedServerError) -> TemporaryServer {
        try await onOwnThread { () throws(EmbeddedServerError) in
            try TemporaryServer(environment: environment, deadline: deadline)
        }
    }
}

/// A server that leaves nothing behind. See ``EmbeddedServer/temporary(environment:deadline:)``.
public final class TemporaryServer: Sendable {
    /// How to reach it.
    public let configuration: RedisConfiguration
    /// Its folder, gone after `close`.
    public let dataDirectory: String
    /// Our end of the descriptor whose closing ends the server.
    private let lifeline: Mutex<Int32?>

    fileprivate init(environment: EmbeddedEnvironment, deadline: Duration) throws(EmbeddedServerError) {
        // First, so that there is no folder to leave behind when there is no program.
        _ = try ServerProgram.locate(environment)
        let folder = try Self.makeFolder(environment)
        guard let (ours, theirs) = connectedPair() else {
            rmdir(folder)
            throw EmbeddedServerError(
                code: .startFailed,
                message: "Cannot start a temporary Redis: \(systemMessage(errno))."
            )
        }
        defer { Glibc.close(theirs) }
        do {
            let starter = ServerStarter(environment: environment, lifetime: .untilClosed(theirs))
            let started = try starter.run(folder, deadline: deadline)
            configuration = RedisConfiguration(address: .unix(path: started.socket))
            dataDirectory = folder
            lifeline = Mutex(ours)
        } catch {
            // The guardian removes the folder, unless it was never started.
            Glibc.close(ours)
            let directory = DataDirectory(folder)
            for file in [directory.configurationFile, directory.lockFile] { unlink(file) }
            rmdir(folder)
            throw error
        }
    }

    deinit { cut() }

    /// Ends the server and removes its folder. Returns when both are gone; more calls do nothing.
    public func close() async throws(EmbeddedServerError) {
        guard cut() else { return }
        try await onOwnThread { [dataDirectory] () throws(EmbeddedServerError) in
            let end = ContinuousClock.now + .seconds(5)
            while access(dataDirectory, F_OK) == 0 {
                guard ContinuousClock.now < end else {
                    throw EmbeddedServerError(
                        code: .timedOut,
                        message: "The folder \(dataDirectory) of a temporary Redis is still there. Remove it."
                    )
                }
                usleep(5000)
            }
        }
    }

    @discardableResult
    private func cut() -> Bool {
        lifeline.withLock { descriptor in
            guard let open = descriptor else { return false }
            Glibc.close(open)
            descriptor = nil
            return true
        }
    }

    /// In `TMPDIR`, unless that is too long for a socket.
    private static func makeFolder(_ environment: EmbeddedEnvironment) throws(EmbeddedServerError) -> String {
        let name = "/queuectl-XXXXXX"
        var parent = environment.absolutePath("TMPDIR") ?? "/tmp"
        if (parent + name + "/redis.sock").utf8.count > SocketLocation.longestPath { parent = "/tmp" }
        guard let template = strdup(parent + name) else {
            throw EmbeddedServerError(code: .dataDirectory, message: "Cannot make a temporary folder: out of memory.")
        }
        defer { free(template) }
        guard mkdtemp(template) != nil else {
            throw EmbeddedServerError(
                code: .dataDirectory,
                message: "Cannot make a folder in \(parent): \(systemMessage(errno))."
            )
        }
        return String(cString: template)
    }
}
