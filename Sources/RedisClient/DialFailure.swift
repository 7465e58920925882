/// Why no connection came about.
enum DialFailure: Error {
    /// There is nobody there, for this reason.
    case unreachable(String)
    /// The server is there and answered this command of the greeting with an error.
    case refused(RedisReplyError, command: String)

    var reason: String {
        switch self {
        case .unreachable(let reason): reason
        case .refused(let error, _): error.message
        }
    }
}
