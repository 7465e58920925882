/// Says that a request to a Redis server brought no usable answer.
public struct RedisError: Error, Sendable, CustomStringConvertible {
    /// What went wrong.
    public enum Code: Sendable, Hashable {
        /// The server could not be reached; nothing was sent.
        case unreachable
        /// TLS is set up wrongly, here or there: one side does not trust the other, or a file is wrong. Nothing was sent,
        /// and somebody has to change something.
        case tls
        /// No answer came within the time allowed.
        case timedOut
        /// The connection ended before the answer came.
        case connectionLost
        /// The server answered with an error, see ``RedisError/reply``.
        case reply
        /// The server sent something that is not the Redis protocol.
        case protocolError
        /// The connection object was closed by its owner.
        case closed
        /// The task that waited was cancelled.
        case cancelled
    }

    /// What went wrong.
    public let code: Code

    /// The server that was asked.
    public let address: RedisAddress

    /// The command, or `script <name>`. Never contains arguments.
    public let command: String

    /// Whether the server may have carried the request out. False only when that is certain.
    public let mayHaveRun: Bool

    /// The server's error, when the code is `reply`.
    public let reply: RedisReplyError?

    /// The reason in words, for example `Connection refused`.
    public let cause: String

    init(
        _ code: Code,
        address: RedisAddress,
        command: String,
        mayHaveRun: Bool,
        reply: RedisReplyError? = nil,
        cause: String = ""
    ) {
        self.code = code
        self.address = address
        self.command = command
        self.mayHaveRun = mayHaveRun
        self.reply = reply
        self.cause = cause.oneLine
    }

    /// One line: what failed, on which address, and why.
    public var description: String {
        let why = cause.isEmpty ? "" : ": \(cause)"
        switch code {
        case .unreachable: return "Cannot reach Redis at \(address)\(why)"
        case .tls: return "Cannot reach Redis at \(address) over TLS\(why)"
        case .timedOut: return "Redis at \(address) did not answer \(command) in time\(why)"
        case .connectionLost: return "Lost the connection to Redis at \(address) during \(command)\(why)"
        case .reply: return "Redis at \(address) refused \(command)\(why)"
        case .protocolError: return "The answer to \(command) from \(address) is not the Redis protocol\(why)"
        case .closed: return "Cannot send \(command) to Redis at \(address): the connection was closed"
        case .cancelled: return "\(command) on Redis at \(address) was cancelled"
        }
    }
}
