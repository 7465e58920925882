/// Why a setting was refused, or what is wrong with a stored one.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The name as given, shortened and escaped.
    public var key: String
    /// The value as given, shortened, escaped and in quotes; nil if the name itself is wrong.
    public var value: String?
    /// What is wrong, as a clause: `is out of range`.
    public var problem: String
    /// What to give instead, as a clause: `give 0...1000`.
    public var accepted: String

    /// One line, such as `max-retries: "-1" is out of range; give 0...1000`.
    public var description: String {
        let subject = value.map { "\(key): \($0)" } ?? key
        return "\(subject) \(problem); \(accepted)"
    }
}
