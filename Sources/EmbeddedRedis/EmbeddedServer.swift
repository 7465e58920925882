import RedisClient

/// The `redis-server` that queuectl starts for itself when no Redis is configured.
///
/// It listens on a unix socket in its data folder, keeps an append-only file there, is reached by its owner only, and
/// goes on running when the command that started it ends: the next one finds it. There is one per data folder, however
/// many processes start it at the same time.
///
/// Everything here throws ``EmbeddedServerError``. Nothing here waits on the cooperative pool.
public struct EmbeddedServer: Sendable {
    /// The data folder, as it was given.
    public let dataDirectory: String
    private let environment: EmbeddedEnvironment

    /// Names the server of a data folder. Nothing is looked at, made or started.
    public init(dataDirectory: String, environment: EmbeddedEnvironment = .current) {
        self.dataDirectory = dataDirectory
        self.environment = environment
    }

    /// The folder to use unless told otherwise: `QUEUECTL_DATA_DIR`, else `queuectl` in `XDG_DATA_HOME`, else in
    /// `~/.local/share`. Throws when none of these variables is set.
    public static func defaultDataDirectory(
        environment: EmbeddedEnvironment = .current
    ) throws(EmbeddedServerError) -> String {
        try DataDirectory.standard(environment)
    }

    /// Starts the server unless it is running, waits until it has loaded its data, and returns how to reach it.
    ///
    /// Costs one round trip when it is running. The data folder is made if it is missing (mode 0700). A server whose
    /// socket was deleted is stopped (it saves everything) and started anew, since nobody could reach it any more.
    /// When the deadline passes, the server is left to go on.
    @discardableResult
    public func ensureRunning(
        deadline: Duration = .seconds(10)
    ) async throws(EmbeddedServerError) -> RedisConfiguration {
        RedisConfiguration(address: .unix(path: try await bringUp(deadline).socket))
    }

    /// Whether `start` had anything to do.
    public enum StartOutcome: Sendable, Hashable {
        /// The server was started.
        case started
        /// The server was running, or another process was starting it.
        case alreadyRunning
    }

    /// The same as ``ensureRunning(deadline:)``, for those who want to know who started it.
    @discardableResult
    public func start(deadline: Duration = .seconds(10)) async throws(EmbeddedServerError) -> StartOutcome {
        try await bringUp(deadline).isNew ? .started : .alreadyRunning
    }

    /// What there is of the server. Never starts it, makes no folder, and throws nothing.
    public func status() async -> EmbeddedServerStatus {
        do {
            return try await onOwnThread { [self] () throws(EmbeddedServerError) in
                let directory = DataDirectory(dataDirectory)
                let socket = SocketLocation(directory: directory, environment: environment).current()
                if case .reply(let text) = ServerConversation.ask("INFO", socket: socket),
                    let info = EmbeddedServerInfo(text, socket: socket, directory: directory)
                {
                    return .running(info)
                }
                if ServerLock.isHeld(directory.lockFile) {
                    return .unresponsive(processID: ServerProcess.find(directory))
                }
                return ServerProgram.isInstalled(environment) ? .stopped : .notInstalled
            }
        } catch {
            return .unresponsive(processID: nil)
        }
    }

    /// What `stop` did.
    public enum StopOutcome: Sendable, Hashable {
        /// The server saved everything and ended.
        case stopped(processID: Int32)
        /// There was none.
        case notRunning
    }

    /// Stops the server: everything acknowledged is on disk when this returns. Data and folder stay.
    ///
    /// Asks it with `SHUTDOWN`. One that does not answer gets SIGTERM, which does the same, but only if its process id
    /// can be confirmed to be that of this folder's server. It is never killed: throws when it has not ended in time.
    @discardableResult
    public func stop(timeout: Duration = .seconds(10)) async throws(EmbeddedServerError) -> StopOutcome {
        try await onOwnThread { [self] () throws(EmbeddedServerError) in
            try ServerStopper(directory: DataDirectory(dataDirectory), environment: environment).run(timeout)
        }
    }

    private func bringUp(_ deadline: Duration) async throws(EmbeddedServerError) -> ServerStarter.Started {
        try await onOwnThread { [self] () throws(EmbeddedServerError) in
            try ServerStarter(environment: environment).run(dataDirectory, deadline: deadline)
        }
    }
}
