/// The release.
enum Version {
    /// As other programs compare it.
    static let number = "0.1.0"

    /// As people see it.
    static let line = "queuectl \(number)"
}
