import QueueKit

extension LogEntry {
    /// The same entry, to be shown.
    func redacted(by redaction: Redaction) -> LogEntry {
        if redaction.isEmpty { return self }
        return LogEntry(
            number: number,
            time: time,
            stream: stream,
            offset: offset,
            data: redaction.redacted(data),
            droppedBytes: droppedBytes
        )
    }
}
