import Glibc
import RedisClient

/// The lock that makes one server per data folder, however many commands start one at the same time.
///
/// Whoever starts the server takes the lock and hands the open descriptor down to it. The kernel keeps the lock until
/// the last process that has the descriptor is gone, so it says, with no process id to trust:
/// - taken: a server is starting or running, also when it does not answer, also in another container;
/// - free: none is, whatever the pid file and the socket that a crash left behind look like.
///
/// The file is never removed: two processes could then each hold "the" lock.
struct ServerLock: ~Copyable {
    let descriptor: Int32

    /// Takes the lock if it is free. Does not wait.
    static func take(_ path: String) throws(EmbeddedServerError) -> ServerLock? {
        let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard opened >= 0 else { throw unusable(path, errno) }
        // Clear of 0, 1 and 2, which a caller may have closed and which the server gets anew.
        let descriptor = fcntl(opened, F_DUPFD_CLOEXEC, 10)
        let failure = errno
        close(opened)
        guard descriptor >= 0 else { throw unusable(path, failure) }
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return ServerLock(descriptor: descriptor) }
        let reason = errno
        close(descriptor)
        guard reason == EWOULDBLOCK || reason == EINTR else { throw unusable(path, reason) }
        return nil
    }

    /// Whether some process holds the lock. A folder without a lock file never had a server.
    static func isHeld(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }

    /// Closes this copy. A server that has been given the lock goes on holding it.
    deinit { close(descriptor) }

    private static func unusable(_ path: String, _ code: Int32) -> EmbeddedServerError {
        EmbeddedServerError(
            code: .dataDirectory,
            message: "Cannot lock \(path): \(systemMessage(code)). Set QUEUECTL_DATA_DIR to another folder, "
                + "or use a Redis of your own with --redis URL."
        )
    }
}
