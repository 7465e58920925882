import Glibc
import RedisClient

/// Where the server of a data folder listens: in that folder, unless its path is too long for a socket.
///
/// Linux takes 107 bytes. A longer path gets a folder of its own elsewhere, named for a hash of the data folder, and
/// `redis.sock` in the data folder becomes a symbolic link to the socket: the next command finds it there, even when
/// its environment (cron, a login over ssh) would have chosen another place.
struct SocketLocation: Sendable {
    static let longestPath = 107

    let directory: DataDirectory
    let environment: EmbeddedEnvironment

    /// Where a running server listens, or would.
    func current() -> String {
        if directory.socket.utf8.count <= Self.longestPath { return directory.socket }
        return linkTarget() ?? fallback + "/redis.sock"
    }

    /// Makes sure that the socket can be made, and returns its path. The caller holds the lock.
    func prepare() throws(EmbeddedServerError) -> String {
        if directory.socket.utf8.count <= Self.longestPath {
            unlink(directory.socket)
            return directory.socket
        }
        let folder = fallback
        try makePrivate(folder)
        let path = folder + "/redis.sock"
        unlink(path)
        unlink(directory.socket)
        guard symlink(path, directory.socket) == 0 else { throw directory.unusable(systemMessage(errno)) }
        return path
    }

    private func linkTarget() -> String? {
        var target = [CChar](repeating: 0, count: Self.longestPath + 1)
        let length = readlink(directory.socket, &target, target.count)
        guard length > 0, length <= Self.longestPath else { return nil }
        return String(decoding: target.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// `/tmp` when there is no runtime folder, or when that one is too long as well.
    private var fallback: String {
        let hash = Self.hash(directory.path)
        if let runtime = environment.absolutePath("XDG_RUNTIME_DIR") {
            let folder = runtime + "/queuectl-" + hash
            if (folder + "/redis.sock").utf8.count <= Self.longestPath, access(runtime, W_OK) == 0 { return folder }
        }
        return "/tmp/queuectl-\(geteuid())-\(hash)"
    }

    /// Anyone can make a folder in `/tmp` first, so one that exists has to be a real folder, ours, and closed to others.
    private func makePrivate(_ folder: String) throws(EmbeddedServerError) {
        if mkdir(folder, 0o700) == 0 { return }
        let failure = errno
        var info = stat()
        guard failure == EEXIST, lstat(folder, &info) == 0 else { throw unusable(folder, systemMessage(failure)) }
        guard info.st_mode & S_IFMT == S_IFDIR, info.st_uid == geteuid(), info.st_mode & 0o077 == 0 else {
            throw unusable(folder, "it exists and is not a folder that only user \(geteuid()) can use")
        }
    }

    private func unusable(_ folder: String, _ reason: String) -> EmbeddedServerError {
        EmbeddedServerError(
            code: .dataDirectory,
            message: "Cannot keep the socket of \(directory.path) in \(folder): \(reason). "
                + "Set QUEUECTL_DATA_DIR to a shorter path, or use a Redis of your own with --redis URL."
        )
    }

    /// FNV-1a: short, stable between runs, and it only has to tell the folders of one user apart.
    private static func hash(_ text: String) -> String {
        let value = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
