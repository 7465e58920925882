import Glibc

/// A redis-server that is recent enough.
struct ServerProgram: Sendable {
    /// Redis 7.0 brought the script flags that let a full server go on settling jobs.
    static let oldestMajorVersion = 7

    let path: String
    let version: String

    /// Whether there is one at all. Starts nothing.
    static func isInstalled(_ environment: EmbeddedEnvironment) -> Bool { find(environment) != nil }

    /// Finds it and asks for its version.
    static func locate(_ environment: EmbeddedEnvironment) throws(EmbeddedServerError) -> ServerProgram {
        let alternative = "use a Redis of your own with --redis URL"
        guard let path = find(environment) else {
            if let chosen = environment["QUEUECTL_REDIS_SERVER"] {
                throw EmbeddedServerError(
                    code: .notInstalled,
                    message: "Cannot find the program \(chosen) that QUEUECTL_REDIS_SERVER names. "
                        + "Unset it, correct it, or \(alternative)."
                )
            }
            throw EmbeddedServerError(
                code: .notInstalled,
                message: "Cannot find redis-server. Install it (apt-get install redis-server), or \(alternative)."
            )
        }
        guard let version = askVersion(path) else {
            throw EmbeddedServerError(
                code: .notInstalled,
                message: "Cannot use \(path): it does not tell its version as redis-server does. "
                    + "Set QUEUECTL_REDIS_SERVER to a redis-server, or \(alternative)."
            )
        }
        guard let major = version.split(separator: ".").first.flatMap({ Int($0) }), major >= oldestMajorVersion else {
            throw EmbeddedServerError(
                code: .tooOld,
                message: "Cannot use \(path): it is Redis \(version), and queuectl needs 7.0 or later. "
                    + "Install a newer one, set QUEUECTL_REDIS_SERVER to it, or \(alternative)."
            )
        }
        return ServerProgram(path: path, version: version)
    }

    private static func find(_ environment: EmbeddedEnvironment) -> String? {
        let name = environment["QUEUECTL_REDIS_SERVER"] ?? "redis-server"
        if name.contains("/") { return isProgram(name) ? name : nil }
        return environment.searchPath.split(separator: ":")
            .map { "\($0)/\(name)" }
            .first { $0.hasPrefix("/") && isProgram($0) }
    }

    private static func isProgram(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }

    /// `Redis server v=7.0.15 sha=...` gives `7.0.15`.
    private static func askVersion(_ path: String) -> String? {
        guard let (ours, theirs) = connectedPair() else { return nil }
        defer { close(ours) }
        let request = Spawn(program: path, arguments: [path, "--version"], environment: [], output: theirs)
        let started = request.start()
        close(theirs)
        guard case .success(let child) = started else { return nil }
        let text = readAll(ours, within: .seconds(5))
        // Nothing to wait for when it has closed its output; something is very wrong with it when it has not.
        if text == nil { kill(child, SIGKILL) }
        _ = reap(child)
        return text?.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("v=") }.map { String($0.dropFirst(2)) }
    }

    private static func readAll(_ descriptor: Int32, within timeout: Duration) -> String? {
        let end = ContinuousClock.now + timeout
        var text: [UInt8] = []
        while true {
            var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let left = end - .now
            guard left > .zero, text.count < 65536 else { return nil }
            guard poll(&poller, 1, Int32(left / .milliseconds(1)) + 1) > 0 else { continue }
            var chunk = [UInt8](repeating: 0, count: 4096)
            let count = read(descriptor, &chunk, chunk.count)
            if count > 0 {
                text += chunk.prefix(count)
            } else if count == 0 || errno != EINTR {
                return String(decoding: text, as: UTF8.self)
            }
        }
    }
}
