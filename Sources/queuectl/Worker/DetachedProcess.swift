import EmbeddedRedis
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
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw Failure(description: "no socket pair: \(words(errno))")
        }
        defer { close(ends[0]) }
        let output = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard output >= 0 else {
            close(ends[1])
            throw Failure(description: "cannot write the log \(log): \(words(errno))")
        }
        defer { close(output) }
        var environment = Environment.all
        environment[readyDescriptorName] = String(readyDescriptor)
        let spawn = Spawn(
            program: "/proc/self/exe",
            arguments: ["queuectl"] + arguments,
            environment: environment.map { "\($0.key)=\($0.value)" },
            output: output,
            errorLog: log,
            lock: ends[1]
        )
        let started = spawn.start()
        close(ends[1])
        switch started {
        case .success(let pid): return Started(pid: pid, told: try wait(for: ends[0], pid: pid, log: log, limit))
        case .failure(let failure): throw Failure(description: "cannot start: \(failure)")
        }
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
