/// Says why a Redis URL cannot be used.
///
/// The message is one line and never repeats any part of the URL but its scheme: with a character of the password
/// left unescaped, the password can end up in what looks like the host, the port or the database.
public struct RedisURLError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, and what is accepted.
    public let message: String

    init(_ message: String) {
        self.message = message
    }

    /// The message with the subject in front.
    public var description: String { "Cannot use the Redis URL: \(message)" }
}
