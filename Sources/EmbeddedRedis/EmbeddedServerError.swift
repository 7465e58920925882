/// Why the embedded Redis server could not be used, in one line that says what to do next.
public struct EmbeddedServerError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure, for callers that choose an exit code by it.
    public enum Code: Sendable, Hashable {
        /// There is no redis-server to start.
        case notInstalled
        /// The redis-server that was found is older than queuectl can use.
        case tooOld
        /// The data folder, or the folder of its socket, cannot be used.
        case dataDirectory
        /// The server ended before it answered.
        case startFailed
        /// The server is there but did not answer, or did not stop, in time.
        case timedOut
    }

    /// The kind of failure.
    public let code: Code
    /// What failed, on which path, and what to do next.
    public let message: String
    /// The last lines the server wrote to its log, oldest first, when it ended before it answered.
    public let logTail: [String]

    /// Makes an error. `message` is one line.
    public init(code: Code, message: String, logTail: [String] = []) {
        self.code = code
        self.message = message
        self.logTail = logTail
    }

    /// The message.
    public var description: String { message }
}
