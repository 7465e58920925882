import Glibc
import RedisClient

/// Starts a program in a session of its own, with nothing of this process but what is named here.
///
/// A session of its own keeps Ctrl-C and a closing terminal away from it. Signals are back to their defaults, and every
/// open descriptor but the named ones is closed, with or without FD_CLOEXEC.
package struct Spawn {
    /// The path of the program.
    package var program: String
    /// With the program's own name first.
    package var arguments: [String]
    package var environment: [String]
    /// Becomes descriptor 0; `/dev/null` without it.
    package var input: Int32?
    /// Becomes descriptor 1; `/dev/null` without it.
    package var output: Int32?
    /// Descriptor 2 appends to this file; `/dev/null` without it.
    package var errorLog: String?
    /// Becomes descriptor 3.
    package var lock: Int32?

    /// Describes a start; nothing happens yet.
    package init(
        program: String,
        arguments: [String],
        environment: [String],
        input: Int32? = nil,
        output: Int32? = nil,
        errorLog: String? = nil,
        lock: Int32? = nil
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.input = input
        self.output = output
        self.errorLog = errorLog
        self.lock = lock
    }

    /// POSIX_SPAWN_SETSID, which glibc's header only shows with _GNU_SOURCE.
    private static let newSession: Int32 = 0x80

    /// Starts it and returns its process id, or the `errno` of what went wrong. The caller reaps it.
    package func start() -> Result<pid_t, SpawnFailure> {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        add(input, as: 0, reading: true, to: &actions)
        add(output, as: 1, reading: false, to: &actions)
        posix_spawn_file_actions_addopen(&actions, 2, errorLog ?? "/dev/null", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        if let lock { posix_spawn_file_actions_adddup2(&actions, lock, 3) }
        for descriptor in Self.openDescriptors() where descriptor > 3 || (descriptor == 3 && lock == nil) {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(Self.newSession | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for signal in [SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGCHLD, SIGUSR1, SIGUSR2] {
            sigaddset(&signals, signal)
        }
        posix_spawnattr_setsigdefault(&attributes, &signals)

        var child: pid_t = 0
        let failure = withCStrings(arguments) { argv in
            withCStrings(environment) { envp in
                posix_spawn(&child, program, &actions, &attributes, argv, envp)
            }
        }
        return failure == 0 ? .success(child) : .failure(SpawnFailure(code: failure))
    }

    private func add(
        _ descriptor: Int32?,
        as number: Int32,
        reading: Bool,
        to actions: inout posix_spawn_file_actions_t
    ) {
        if let descriptor {
            posix_spawn_file_actions_adddup2(&actions, descriptor, number)
        } else {
            posix_spawn_file_actions_addopen(&actions, number, "/dev/null", reading ? O_RDONLY : O_WRONLY, 0)
        }
    }

    /// Closing one that another thread has closed meanwhile is no error.
    private static func openDescriptors() -> [Int32] {
        guard let folder = opendir("/proc/self/fd") else { return [] }
        defer { closedir(folder) }
        var found: [Int32] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let descriptor = Int32(name) { found.append(descriptor) }
        }
        return found
    }

    private func withCStrings<R>(_ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> R) -> R {
        let pointers = strings.map { strdup($0) }
        defer { pointers.forEach { free($0) } }
        return body(pointers + [nil])
    }
}

/// Why a program could not be started.
package struct SpawnFailure: Error, CustomStringConvertible {
    let code: Int32

    /// The system's words.
    package var description: String { systemMessage(code) }
}

/// Waits for a child to end and returns its wait status. Nil when someone else has reaped it.
func reap(_ child: pid_t) -> Int32? {
    var status: Int32 = 0
    while true {
        let result = waitpid(child, &status, 0)
        if result == child { return status }
        if errno != EINTR { return nil }
    }
}

/// Two connected descriptors that no program started meanwhile inherits, unlike those of `pipe`.
func connectedPair() -> (Int32, Int32)? {
    var pair: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &pair) == 0 else { return nil }
    return (pair[0], pair[1])
}
