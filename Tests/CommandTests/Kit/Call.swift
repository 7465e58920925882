import Glibc
import RedisClient
import Synchronization
import Testing

/// What came of a call.
struct Outcome: Sendable {
    /// The exit code, or 128 and the number of the signal.
    let status: Int32
    /// Everything on stdout; on a terminal, everything.
    let out: String
    /// Everything on stderr.
    let err: String

    /// The lines of stdout.
    var lines: [String] { out.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init) }
}

/// One call of a program, with nothing of the tests' environment.
struct Call: Sendable {
    var program = Program.path
    var arguments: [String]
    var environment: [String: String]
    var input: [UInt8] = []
    var folder = "/"
    /// How wide a terminal it is to run in; nil for pipes.
    var columns: Int?
    /// A call that takes longer is killed, and then fails.
    var limit: Duration = .seconds(60)

    /// Runs it to its end, on a thread of its own.
    func run() async throws -> Outcome {
        let result: Result<Outcome, any Error> = await withCheckedContinuation { continuation in
            do {
                try OwnThread.start(name: "call") {
                    continuation.resume(returning: Result { try self.runHere() })
                }
            } catch {
                continuation.resume(returning: .failure(error))
            }
        }
        return try result.get()
    }

    private func runHere() throws -> Outcome {
        let streams = try columns.map { try CallStreams(terminalOf: $0) } ?? CallStreams()
        let pid = try spawn(streams)
        streams.closeTheirs()
        let deadline = ContinuousClock.now + limit
        let isOver = streams.pump(input, until: deadline)
        if !isOver { kill(pid, SIGKILL) }
        var raw: Int32 = 0
        while waitpid(pid, &raw, 0) < 0, errno == EINTR {}
        streams.closeOurs()
        if !isOver { Issue.record("\(arguments) took longer than \(limit)") }
        let signal = raw & 0x7f
        return Outcome(
            status: signal == 0 ? (raw >> 8) & 0xff : 128 + signal,
            out: String(decoding: streams.out, as: UTF8.self),
            err: String(decoding: streams.err, as: UTF8.self)
        )
    }

    private func spawn(_ streams: CallStreams) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, descriptor) in streams.theirs.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        // env changes the folder: posix_spawn's way to do it is not in the Glibc module.
        let command = ["/usr/bin/env", "-C", folder, program] + arguments
        var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for word in words + variables { free(word) } }
        var pid: pid_t = 0
        let status = posix_spawn(&pid, command[0], &actions, &attributes, &words, &variables)
        guard status == 0 else { throw CallError(description: "\(program): \(systemMessage(status))") }
        return pid
    }
}

struct CallError: Error, CustomStringConvertible {
    let description: String
}
