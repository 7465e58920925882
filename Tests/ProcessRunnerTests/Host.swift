import Glibc
import Testing

/// A `runner-host`: a worker in a process of its own.
final class Host: Sendable {
    private let pid: pid_t
    private let input: Int32

    /// Starts it, in this control group and as this user, and waits until it has started every command.
    init(_ commands: [String], group: String? = nil, user: uid_t? = nil) throws {
        let stdin = try Self.makePipe()
        let stdout = try Self.makePipe()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, stdin.reader, 0)
        posix_spawn_file_actions_adddup2(&actions, stdout.writer, 1)
        defer { posix_spawn_file_actions_destroy(&actions) }

        // The test runner's threads may have signals blocked.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

        let program = Self.program()
        let entering = group.map { "echo $$ > '\($0)/cgroup.procs';" } ?? ""
        let becoming = user.map { "setpriv --reuid \($0) --clear-groups" } ?? ""
        let words = ["sh", "-c", "\(entering) exec \(becoming) \"$@\"", "sh", program] + commands
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var child: pid_t = 0
        let result = posix_spawn(&child, "/bin/sh", &actions, &attributes, &arguments, environ)
        try #require(result == 0, "cannot start \(program)")
        pid = child
        input = stdin.writer
        close(stdin.reader)
        close(stdout.writer)
        var byte: UInt8 = 0
        try #require(read(stdout.reader, &byte, 1) == 1, "it said that it runs")
        close(stdout.reader)
    }

    private static func makePipe() throws -> (reader: Int32, writer: Int32) {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// Where the build put it: beside the tests.
    static func program() -> String {
        var link = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &link, link.count)
        let own = String(decoding: link.prefix(max(0, length)).map(UInt8.init(bitPattern:)), as: UTF8.self)
        return own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
            + "/runner-host"
    }

    deinit {
        close(input)
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
    }

    func send(_ signal: Int32) { kill(pid, signal) }

    /// Its guardian, and the guardian's minders.
    func guards() -> [pid_t] {
        let all = ProcessTable.all()
        let guardians = all.filter { $0.parent == pid && $0.name == "job-guardian" }.map(\.pid)
        return guardians + all.filter { guardians.contains($0.parent) }.map(\.pid)
    }
}
