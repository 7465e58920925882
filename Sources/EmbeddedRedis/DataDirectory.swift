import Glibc
import RedisClient

/// The folder that holds one embedded server: its append-only file, configuration, log and locks.
struct DataDirectory: Sendable {
    /// Absolute, without symbolic links once `prepare()` has made it.
    let path: String

    var configurationFile: String { path + "/redis.conf" }
    var log: String { path + "/redis.log" }
    var pidFile: String { path + "/redis.pid" }
    var lockFile: String { path + "/redis.lock" }
    var socket: String { path + "/redis.sock" }

    static func standard(_ environment: EmbeddedEnvironment) throws(EmbeddedServerError) -> String {
        if let chosen = environment["QUEUECTL_DATA_DIR"] { return chosen }
        if let data = environment.absolutePath("XDG_DATA_HOME") { return data + "/queuectl" }
        if let home = environment.absolutePath("HOME") { return home + "/.local/share/queuectl" }
        throw EmbeddedServerError(
            code: .dataDirectory,
            message: "Cannot tell where to keep data: HOME is not set. Set QUEUECTL_DATA_DIR to a folder, "
                + "or use a Redis of your own with --redis URL."
        )
    }

    /// The folder as it is, without making anything. The path is resolved as far as it exists.
    init(_ path: String) {
        if let resolved = realpath(path, nil) {
            defer { free(resolved) }
            self.path = String(cString: resolved)
        } else {
            self.path = DataDirectory.absolute(path)
        }
    }

    /// Makes the folder (mode 0700) and the ones above it, and refuses one that others can write to.
    ///
    /// A folder that exists keeps its mode: whoever chose it may have reasons, and everything the server writes
    /// in it is for its owner alone.
    func prepare() throws(EmbeddedServerError) -> DataDirectory {
        try make(path[...])
        let resolved = DataDirectory(path)
        var info = stat()
        guard stat(resolved.path, &info) == 0 else { throw unusable(systemMessage(errno)) }
        guard info.st_mode & S_IFMT == S_IFDIR else { throw unusable("it is not a folder") }
        guard info.st_uid == geteuid() else {
            throw unusable("it belongs to user \(info.st_uid) and this is user \(geteuid())")
        }
        guard info.st_mode & 0o022 == 0 else {
            throw unusable("other users can write to it (chmod 700 \(resolved.path) keeps them out)")
        }
        return resolved
    }

    private func make(_ folder: Substring) throws(EmbeddedServerError) {
        if mkdir(String(folder), 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = folder.lastIndex(of: "/"), slash != folder.startIndex else {
            throw unusable(systemMessage(errno))
        }
        try make(folder[..<slash])
        if mkdir(String(folder), 0o700) != 0 && errno != EEXIST { throw unusable(systemMessage(errno)) }
    }

    func unusable(_ reason: String) -> EmbeddedServerError {
        EmbeddedServerError(
            code: .dataDirectory,
            message: "Cannot use the data folder \(path): \(reason). Set QUEUECTL_DATA_DIR to another folder, "
                + "or use a Redis of your own with --redis URL."
        )
    }

    private static func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        guard let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        return String(cString: folder) + "/" + path
    }
}
