import Glibc
import RedisClient

/// A child process of this one.
struct Child {
    let pid: pid_t

    /// Starts a program found on the PATH. Its output goes to `output`, its input comes from `input`.
    init(_ words: [String], input: String = "/dev/null", output: String = "/dev/null") throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var pid: pid_t = 0
        let status = posix_spawnp(&pid, words[0], &actions, nil, &arguments, environ)
        guard status == 0 else { throw ChildFailure(description: "cannot start \(words[0]): \(systemMessage(status))") }
        self.pid = pid
    }

    /// Waits for its end, which must be a good one.
    func wait() throws {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else { throw ChildFailure(description: "process \(pid) ended with status \(status)") }
    }

    /// Ends it at once, and waits until it is gone.
    func end() {
        kill(pid, SIGKILL)
        while waitpid(pid, nil, 0) < 0, errno == EINTR {}
    }

    /// How long a program takes from its start to its end, in seconds.
    static func time(_ words: [String], input: String = "/dev/null", output: String = "/dev/null") async throws
        -> Double
    {
        try await blocking {
            let clock = ContinuousClock()
            let start = clock.now
            try Child(words, input: input, output: output).wait()
            return (clock.now - start).seconds
        }
    }

    /// The path of this program, to start it once more.
    static let ownPath = "/proc/self/exe"

    /// The path of the C program that only starts and waits, which is built next to this one.
    static var floorPath: String {
        let own = CommandLine.arguments[0]
        return own[..<(own.lastIndex(of: "/").map(own.index(after:)) ?? own.startIndex)] + "spawn-floor"
    }
}

/// Says what went wrong with a child.
struct ChildFailure: Error, CustomStringConvertible {
    let description: String
}
