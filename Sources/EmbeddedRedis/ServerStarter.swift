import Glibc
import RedisClient

/// Brings the server of a data folder up, or finds it up. Blocks; see `onOwnThread`.
struct ServerStarter: Sendable {
    /// What ends the server.
    enum Lifetime: Sendable {
        /// `stop`, or the machine.
        case untilStopped
        /// The end of whoever holds the other end of this descriptor.
        case untilClosed(Int32)
    }

    let environment: EmbeddedEnvironment
    var lifetime = Lifetime.untilStopped

    struct Started: Sendable {
        let socket: String
        /// Whether this call started it.
        let isNew: Bool
    }

    /// Returns when the server answers and has its data.
    ///
    /// Any number of processes may do this at once: the one that gets the lock starts the server and hands it the lock,
    /// the others wait for the answer. Whoever is killed on the way leaves either a server or a free lock.
    func run(_ path: String, deadline: Duration) throws(EmbeddedServerError) -> Started {
        let end = ContinuousClock.now + deadline
        var directory = DataDirectory(path)
        // Looked for before the lock is taken: without a program nothing must seem to be starting.
        var found: ServerProgram?
        var log: ServerLog?
        var isLoading = false
        var sentTerm = false
        var pause: UInt32 = 1000

        while true {
            let location = SocketLocation(directory: directory, environment: environment)
            let socket = location.current()
            let left = max(end - .now, .zero)
            let answer = ServerConversation.ask("PING", socket: socket, timeout: min(.seconds(1), left))
            switch answer {
            case .reply:
                if let log, log.saysFileWasCut { rewriteFile(socket) }
                return Started(socket: socket, isNew: log != nil)
            case .error(let text):
                isLoading = text.hasPrefix("LOADING")
                if !isLoading { return Started(socket: socket, isNew: log != nil) }
            case .silent:
                break
            case .absent, .refused:
                if found == nil {
                    directory = try directory.prepare()
                    found = try ServerProgram.locate(environment)
                }
                guard let program = found else { break }
                if let lock = try ServerLock.take(directory.lockFile) {
                    // Free again after a start: the server is gone, and would go again.
                    if let log { throw died(directory, log) }
                    log = ServerLog(beforeStart: directory)
                    try launch(program, in: directory, holding: lock)
                } else if answer == .absent, !sentTerm, let server = ServerProcess.find(directory),
                    ServerConversation.ask("PING", socket: socket, timeout: min(.seconds(1), left)) == .absent
                {
                    // It listens before it writes its pid file, and was asked again after that was seen: so someone has
                    // removed its socket (a sweep of /tmp, the end of a login). Nobody can reach it any more; it saves
                    // everything on TERM.
                    kill(server, SIGTERM)
                    sentTerm = true
                }
            }
            guard ContinuousClock.now < end else { throw timedOut(directory, deadline, isLoading: isLoading) }
            usleep(pause)
            pause = min(pause * 2, 20000)
        }
    }

    /// Starts the program with the lock as its descriptor 3, so that the lock is held for as long as it lives.
    private func launch(
        _ program: ServerProgram,
        in directory: DataDirectory,
        holding lock: consuming ServerLock
    ) throws(EmbeddedServerError) {
        let socket = try SocketLocation(directory: directory, environment: environment).prepare()
        unlink(directory.pidFile)
        try ServerConfiguration(directory: directory, socket: socket).write()

        // By way of a shell, because a working folder and a file mode mask can only be set from inside a process.
        var script = Self.daemonScript
        var input: Int32?
        if case .untilClosed(let descriptor) = lifetime {
            script = Self.guardianScript
            input = descriptor
        }
        let request = Spawn(
            program: "/bin/sh",
            arguments: ["sh", "-c", script, "sh", directory.path, program.path, directory.configurationFile],
            environment: ["PATH=\(environment.searchPath)"] + (environment["TZ"].map { ["TZ=\($0)"] } ?? []),
            input: input,
            errorLog: directory.log,
            lock: lock.descriptor
        )

        switch request.start() {
        case .failure(let failure):
            throw EmbeddedServerError(
                code: .startFailed,
                message: "Cannot start \(program.path): \(systemMessage(failure.code))."
            )
        case .success(let child):
            // It leaves the rest to another process and ends at once. If it failed, the lock is free and the log says why.
            _ = reap(child)
        }
    }

    /// Has the append-only file written anew, after a tail of it was cut off.
    ///
    /// Redis drops a transaction that was torn, but leaves in the file what it had read of it, and the next start would take what
    /// was appended since for its continuation (mended in Valkey by https://github.com/valkey-io/valkey/pull/4342). In the
    /// background, as any rewrite: a crash before it is over comes to the same as without it.
    private func rewriteFile(_ socket: String) {
        _ = ServerConversation.ask("BGREWRITEAOF", socket: socket)
    }

    private static let daemonScript = #"umask 077 && cd "$1" && exec "$2" "$3""#

    /// Reading ends when the owner's end of the descriptor is closed, which the kernel does however the owner ends.
    /// Before that the server is a child of this shell, also when it is dead, so the number can be no other's.
    ///
    /// The shell that does this is no child of the owner, which so has nothing to wait for.
    private static let guardianScript = #"""
        umask 077 && cd "$1" || exit 1
        exec 4<&0 </dev/null
        (
            "$2" "$3" --daemonize no 4<&- &
            server=$!
            exec 3>&-
            read -r _ <&4
            kill -9 "$server" 2>/dev/null
            wait
            cd / && rm -rf -- "$1"
        ) &
        """#

    private func died(_ directory: DataDirectory, _ log: ServerLog) -> EmbeddedServerError {
        let tail = log.tail
        let reason = ServerLog.reason(in: tail) ?? "it ended without a word"
        return EmbeddedServerError(
            code: .startFailed,
            message: "Cannot start the embedded Redis in \(directory.path): \(reason). See \(directory.log).",
            logTail: tail
        )
    }

    private func timedOut(
        _ directory: DataDirectory,
        _ deadline: Duration,
        isLoading: Bool
    ) -> EmbeddedServerError {
        if isLoading {
            return EmbeddedServerError(
                code: .timedOut,
                message: "The embedded Redis in \(directory.path) is still loading its data after \(deadline). "
                    + "It goes on; try again in a moment."
            )
        }
        let process = ServerProcess.find(directory).map { " (process \($0))" } ?? ""
        return EmbeddedServerError(
            code: .timedOut,
            message: "The embedded Redis in \(directory.path)\(process) does not answer after \(deadline). "
                + "See \(directory.log), or stop it and try again."
        )
    }
}
