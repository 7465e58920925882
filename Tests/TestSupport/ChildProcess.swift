import Dispatch
import Glibc
import RedisClient
import Synchronization

/// Says that a fixture could not be set up, in one line.
public struct FixtureError: Error, CustomStringConvertible {
    /// What is missing or went wrong.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// A child that dies with the test process, however that ends.
///
/// `setpriv --pdeathsig KILL` asks the kernel for it. The kernel watches the *thread* that spawned, not the process, so
/// all children are spawned by one thread that never ends.
public final class ChildProcess: Sendable {
    /// The process id, until the child has been waited for.
    public let pid: pid_t

    private let status = Mutex<Int32?>(nil)

    private static let work = Mutex<[@Sendable () -> Void]>([])
    private static let workWaits = DispatchSemaphore(value: 0)
    private static let spawner: Result<Void, OwnThread.StartError> = Result { () throws(OwnThread.StartError) in
        try OwnThread.start(name: "test-spawner") {
            while true {
                workWaits.wait()
                let next = work.withLock { $0.isEmpty ? nil : $0.removeFirst() }
                next?()
            }
        }
    }

    /// Starts a program found on the PATH, with no input and its output in a file.
    public init(_ arguments: [String], output: String) throws {
        try Self.spawner.get()
        let command = ["setpriv", "--pdeathsig", "KILL", "--"] + arguments
        let done = DispatchSemaphore(value: 0)
        let outcome = Mutex<(status: Int32, pid: pid_t)>((0, 0))
        Self.work.withLock {
            $0.append {
                let result = Self.spawn(command, output: output)
                outcome.withLock { $0 = result }
                done.signal()
            }
        }
        Self.workWaits.signal()
        done.wait()
        let (status, pid) = outcome.withLock { $0 }
        guard status == 0 else {
            throw FixtureError("cannot start setpriv (package util-linux): \(systemMessage(status))")
        }
        self.pid = pid
    }

    deinit {
        kill9()
    }

    /// Whether it has not ended yet.
    public var isRunning: Bool { wait(WNOHANG) == nil }

    /// How it ended: its exit code, or minus the number of the signal that killed it. Nil while it is running.
    public var exitCode: Int32? {
        wait(WNOHANG).map { raw in raw & 0x7f == 0 ? (raw >> 8) & 0xff : -(raw & 0x7f) }
    }

    /// Waits until it has ended, and returns its exit code, or minus the number of the signal. Blocks the calling thread:
    /// for what takes a moment only.
    public func waitHere() -> Int32 {
        _ = wait(0)
        return exitCode ?? 0
    }

    /// Kills it with SIGKILL and waits until it is gone. Harmless when repeated.
    public func kill9() {
        guard isRunning else { return }
        kill(pid, SIGKILL)
        _ = wait(0)
    }

    /// Sends a signal, if it is still running.
    public func signal(_ number: Int32) {
        if isRunning { kill(pid, number) }
    }

    private func wait(_ options: Int32) -> Int32? {
        status.withLock { known in
            if known != nil { return known }
            var raw: Int32 = 0
            var result = waitpid(pid, &raw, options)
            while result < 0, errno == EINTR { result = waitpid(pid, &raw, options) }
            if result != 0 { known = raw }
            return known
        }
    }

    private static func spawn(_ command: [String], output: String) -> (status: Int32, pid: pid_t) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)

        // The spawner takes no signals; its children do.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

        var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var pid: pid_t = 0
        return (posix_spawnp(&pid, command[0], &actions, &attributes, &words, environ), pid)
    }
}
