import Glibc

/// Finding the process of a data folder's server when it does not answer, without taking a pid file's word for it.
enum ServerProcess {
    /// The server's process id. Nil when the pid file is missing, or names a process that is not the server of this folder.
    ///
    /// A pid file outlives a crash, and its number may by then belong to anything. Ours is the process that works in the
    /// data folder and has the folder's lock as descriptor 3, where it was put when it was started.
    static func find(_ directory: DataDirectory) -> pid_t? {
        guard let text = readFile(directory.pidFile, last: 32),
            let pid = pid_t(text.filter { !$0.isWhitespace }),
            pid > 1
        else { return nil }
        var lock = stat()
        var held = stat()
        var folder = stat()
        var working = stat()
        guard stat(directory.lockFile, &lock) == 0, stat("/proc/\(pid)/fd/3", &held) == 0,
            stat(directory.path, &folder) == 0, stat("/proc/\(pid)/cwd", &working) == 0
        else { return nil }
        let isOurs =
            lock.st_ino == held.st_ino && lock.st_dev == held.st_dev
            && folder.st_ino == working.st_ino && folder.st_dev == working.st_dev
        return isOurs ? pid : nil
    }
}

/// The end of a file as text, at most `last` bytes and nothing before `offset`. Nil when it cannot be read.
func readFile(_ path: String, last: Int, from offset: Int = 0) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let size = Int(lseek(descriptor, 0, SEEK_END))
    // /proc files have no size, and are never long here.
    lseek(descriptor, off_t(max(offset, size - last, 0)), SEEK_SET)
    var bytes = [UInt8](repeating: 0, count: last)
    let count = read(descriptor, &bytes, bytes.count)
    return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
}
