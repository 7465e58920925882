import Glibc

/// Ends the server of a data folder and waits until it is gone. Blocks; see `onOwnThread`.
struct ServerStopper: Sendable {
    let directory: DataDirectory
    let environment: EmbeddedEnvironment

    /// The lock says when it is over: it is free once the server and the process rewriting its file have ended.
    func run(_ timeout: Duration) throws(EmbeddedServerError) -> EmbeddedServer.StopOutcome {
        let end = ContinuousClock.now + timeout
        let socket = SocketLocation(directory: directory, environment: environment).current()
        var processID = ServerProcess.find(directory)
        var asked = false
        if case .reply(let text) = ServerConversation.ask("INFO server", socket: socket),
            let info = EmbeddedServerInfo(text, socket: socket, directory: directory)
        {
            processID = info.processID
            // It answers by closing the connection, unless it refuses.
            asked = ServerConversation.ask("SHUTDOWN", socket: socket, timeout: timeout) == .silent
        }
        guard ServerLock.isHeld(directory.lockFile) else {
            guard let processID, asked else { return .notRunning }
            return .stopped(processID: processID)
        }
        // Confirmed again right before it is used: an answer over the socket is no promise about a process id.
        if !asked, let confirmed = ServerProcess.find(directory) {
            kill(confirmed, SIGTERM)
            asked = true
        }
        guard asked, let processID else {
            throw EmbeddedServerError(
                code: .timedOut,
                message: "Cannot stop the embedded Redis in \(directory.path): it does not answer, and "
                    + "\(directory.pidFile) names no process that is it. `fuser \(directory.lockFile)` shows which one holds its lock."
            )
        }
        var pause: UInt32 = 1000
        while ServerLock.isHeld(directory.lockFile) {
            // Another server: the lock was free in between, and somebody has started one anew.
            if let other = ServerProcess.find(directory), other != processID { break }
            guard ContinuousClock.now < end else {
                throw EmbeddedServerError(
                    code: .timedOut,
                    message: "The embedded Redis in \(directory.path) (process \(processID)) was asked to stop "
                        + "and has not after \(timeout). See \(directory.log)."
                )
            }
            usleep(pause)
            pause = min(pause * 2, 20000)
        }
        return .stopped(processID: processID)
    }
}
