import Glibc

/// Starts this very program again in the background, in a session of its own, with its output in a file.
///
/// The child tells by a pipe when it is ready: one line, handed on to the caller.
enum DetachedProcess {
    /// The environment variable that names the descriptor to tell on.
    static let readyDescriptorName = "QUEUECTL_READY_FD"

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    struct Started {
        let pid: pid_t
        /// What the child told, or nil if it had not told anything in time and is still coming up.
        let told: String?
    }

    /// - Parameters:
    ///   - arguments: without the program's name.
    ///   - log: a file to append to; made if it is missing, readable by its owner only.
    static func start(_ arguments: [String], log: String, waitAtMost limit: Duration) throws(Failure) -> Started {
        var ends: [Int32] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC) == 0 else { throw Failure(description: "no pipe: \(words(errno))") }
        defer { close(ends[0]) }
        let output = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard output >= 0 else {
            close(ends[1])
            throw Failure(description: "cannot write the log \(log): \(words(errno))")
        }
        defer { close(output) }
        let child = spawn(arguments, output: output, ready: ends[1])
        close(ends[1])
        let pid = try child.get()
        return Started(pid: pid, told: try wait(for: ends[0], pid: pid, log: log, limit))
    }

    /// Tells the process that started this one, if one waits for it.
    static func tellReady(_ line: String) {
        guard let text = getenv(readyDescriptorName), let descriptor = Int32(String(cString: text)) else { return }
        unsetenv(readyDescriptorName)
        let bytes = Array((line + "\n").utf8)
        _ = write(descriptor, bytes, bytes.count)
        close(descriptor)
    }

    /// The descriptor that the child finds its end of the pipe at.
    private static let readyDescriptor: Int32 = 3

    private static func spawn(_ arguments: [String], output: Int32, ready: Int32) -> Result<pid_t, Failure> {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO)
        posix_spawn_file_actions_adddup2(&actions, ready, readyDescriptor)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSID))

        setenv(readyDescriptorName, String(readyDescriptor), 1)
        defer { unsetenv(readyDescriptorName) }
        var words: [UnsafeMutablePointer<CChar>?] = (["queuectl"] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var pid: pid_t = 0
        let status = posix_spawn(&pid, "/proc/self/exe", &actions, &attributes, &words, environ)
        guard status == 0 else { return .failure(Failure(description: "cannot start: \(Self.words(status))")) }
        return .success(pid)
    }

    private static func wait(
        for descriptor: Int32,
        pid: pid_t,
        log: String,
        _ limit: Duration
    ) throws(Failure) -> String? {
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard Glibc.poll(&poll, 1, Int32(limit.components.seconds * 1000)) > 0 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 512)
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else {
            throw Failure(description: "the background process \(pid) ended at once; its last words are in \(log)")
        }
        return String(decoding: buffer.prefix(count).prefix { $0 != 10 }, as: UTF8.self)
    }

    private static func words(_ number: Int32) -> String { strerror(number).map { String(cString: $0) } ?? "\(number)" }
}
