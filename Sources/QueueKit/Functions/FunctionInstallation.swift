import RedisClient

/// What became of the functions on one server.
public struct FunctionInstallation: Sendable, Equatable {
    /// What was done.
    public enum Outcome: String, Sendable {
        /// They were not there.
        case installed
        /// Another release's code was there.
        case replaced
        /// This release's code was there already.
        case unchanged
    }

    /// The server, as people write it.
    public let server: String
    /// What was done there.
    public let outcome: Outcome
}
