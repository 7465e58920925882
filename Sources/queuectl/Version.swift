/// The release, and the formats it speaks.
enum Version {
    /// As other programs compare it.
    static let number = "0.1.0"

    /// As people see it.
    static let line = "queuectl \(number)"

    /// The form in which queues are kept in Redis.
    static let schema = 1

    /// The version of job documents.
    static let document = 1
}
