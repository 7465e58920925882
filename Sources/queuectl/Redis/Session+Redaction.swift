import QueueKit

extension Session {
    /// What is to be hidden in what this command shows: what is configured, unless it was told to reveal it.
    func redaction(_ option: RevealOption? = nil) async throws(QueueError) -> Redaction {
        if option?.reveal == true { return .none }
        return QueueConfiguration(stored: try await directory.storedConfiguration()).redact
    }
}
