/// Why no connection came about.
enum DialFailure: Error {
    /// There is nobody there, for this reason.
    case unreachable(String)
    /// TLS is set up wrongly, here or there, for this reason.
    case tls(String)
    /// The server is there and answered this command of the greeting with an error.
    case refused(RedisReplyError, command: String)

    /// Whether the server has heard nothing of what is wanted: another one may be asked.
    var isBeforeGreeting: Bool { if case .refused = self { false } else { true } }

    var reason: String {
        switch self {
        case .unreachable(let reason), .tls(let reason): reason
        case .refused(let error, _): error.message
        }
    }
}
