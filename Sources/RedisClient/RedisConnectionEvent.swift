/// What happened to a connection, for logs and readiness.
public enum RedisConnectionEvent: Sendable {
    /// The server can be used. After an outage: how long ago the first request failed, or the connection
    /// was lost with requests on it. Nil at the first connection, and after a loss that nothing noticed.
    case connected(afterOutage: Duration?)

    /// The connection ended, for this reason. The next request dials.
    case lost(reason: String)

    /// The server could not be reached or refused the greeting, for this reason. The next attempt waits.
    case dialFailed(reason: String)
}
