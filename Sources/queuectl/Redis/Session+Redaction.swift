import QueueKit

extension Session {
    /// What is to be hidden in what this command shows: what is configured, unless it was told to reveal it. Warns of patterns that hide nothing.
    func redaction(_ option: RevealOption? = nil, _ console: Console) async throws(QueueError) -> Redaction {
        if option?.reveal == true { return .none }
        let configuration = QueueConfiguration(stored: try await directory.storedConfiguration())
        if let problem = configuration.problems.first(where: { $0.key == ConfigurationKey.redact.rawValue }) {
            console.warn(
                "configuration",
                "Not all is hidden that should be: \(problem). Set it anew: queuectl config set redact"
            )
        }
        return configuration.redact
    }
}
