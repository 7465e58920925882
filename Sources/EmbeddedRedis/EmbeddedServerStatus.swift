/// What there is of an embedded server.
public enum EmbeddedServerStatus: Sendable {
    /// It answers. It may be loading its data still.
    case running(EmbeddedServerInfo)
    /// It is there and does not answer. The process id is known if it could be confirmed.
    case unresponsive(processID: Int32?)
    /// It is not running. The next command that needs it starts it.
    case stopped
    /// It is not running, and there is no redis-server to start.
    case notInstalled
}

/// What a running embedded server says about itself.
public struct EmbeddedServerInfo: Sendable {
    /// The server's process id.
    public let processID: Int32
    /// The version of Redis, such as `7.0.15`.
    public let version: String
    /// How long it has been running, in whole seconds.
    public let uptime: Duration
    /// The bytes of memory that its data and buffers take.
    public let usedMemory: Int
    /// The connections it has, the one that asked included.
    public let connectedClients: Int
    /// Whether it is still loading its data.
    public let isLoading: Bool
    /// The path of the socket it listens on.
    public let socket: String
    /// The data folder.
    public let dataDirectory: String
    /// The log file.
    public let log: String
    /// The state of its append-only file.
    public let appendOnlyFile: AppendOnlyFile

    /// Whether what the server acknowledges also reaches the disk.
    public struct AppendOnlyFile: Sendable {
        /// Whether there is one. Someone may have switched it off with `CONFIG SET`.
        public let isEnabled: Bool
        /// Whether the last write to it succeeded. If not, Redis refuses writes (MISCONF) until one does.
        public let lastWriteSucceeded: Bool
        /// Whether the last rewrite succeeded. If not, it grows.
        public let lastRewriteSucceeded: Bool
        /// Its size in bytes.
        public let size: Int
    }

    /// Reads the answer to `INFO`.
    init?(_ text: String, socket: String, directory: DataDirectory) {
        var fields: [Substring: Substring] = [:]
        for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
            if let colon = line.firstIndex(of: ":") { fields[line[..<colon]] = line[line.index(after: colon)...] }
        }
        func number(_ name: Substring) -> Int { fields[name].flatMap { Int($0) } ?? 0 }
        guard let processID = fields["process_id"].flatMap({ Int32($0) }), let version = fields["redis_version"] else {
            return nil
        }
        self.processID = processID
        self.version = String(version)
        self.socket = socket
        dataDirectory = directory.path
        log = directory.log
        uptime = .seconds(number("uptime_in_seconds"))
        usedMemory = number("used_memory")
        connectedClients = number("connected_clients")
        isLoading = number("loading") != 0
        appendOnlyFile = AppendOnlyFile(
            isEnabled: number("aof_enabled") != 0,
            lastWriteSucceeded: fields["aof_last_write_status"] == "ok",
            lastRewriteSucceeded: fields["aof_last_bgrewrite_status"] == "ok",
            size: number("aof_current_size")
        )
    }
}
