/// The name of a queue: 1...64 of `A-Z a-z 0-9 _ . -`, but neither `.` nor `..`.
public struct QueueName: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The name as text.
    public let text: String

    /// Checks a name.
    ///
    /// - Throws: `DocumentError` for the field `queue` if it is not of that form.
    public init(_ text: String) throws(DocumentError) {
        guard NameRule.allows(text, bytes: 1...64) else {
            throw NameRule.error(field: "queue", text, limit: 64, accepted: Self.accepted)
        }
        self.init(trusted: text)
    }

    private init(trusted text: String) {
        self.text = text
    }

    /// The queue that is meant where none is named: `default`.
    public static let `default` = QueueName(trusted: "default")

    /// The name as text.
    public var description: String { text }

    /// Orders by the bytes of the name.
    public static func < (left: QueueName, right: QueueName) -> Bool {
        left.text < right.text
    }

    static let accepted = "give 1...64 letters, digits, _ . or -"
}
