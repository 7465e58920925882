import QueueKit

/// What one run has printed, as far as it was kept.
struct JobOutput {
    /// The number of the run.
    let attempt: Int
    let entries: [LogEntry]
    /// What is hidden in it.
    var redaction = Redaction.none

    /// The bytes of a stream, and how many are missing from it.
    func stream(_ stream: LogEntry.Stream) -> (bytes: [UInt8], dropped: Int) {
        let mine = entries.filter { $0.stream == stream }
        return (redaction.redacted(mine.flatMap(\.data)), mine.reduce(0) { $0 + $1.droppedBytes })
    }

    /// A stream as text for people, with a line where bytes are missing.
    func text(_ stream: LogEntry.Stream) -> String {
        var text = ""
        // In one piece as far as it goes: entries end anywhere, also within a character.
        var bytes: [UInt8] = []
        for entry in entries where entry.stream == stream {
            if entry.droppedBytes > 0 {
                text += shown(bytes)
                bytes = []
                if !text.isEmpty, !text.hasSuffix("\n") { text += "\n" }
                text += "... \(ByteSizeText.rounded(entry.droppedBytes)) left out ...\n"
            }
            bytes += entry.data
        }
        return text + shown(bytes)
    }

    private func shown(_ bytes: [UInt8]) -> String {
        TerminalText.escape(redaction.redacted(bytes), keepsLines: true)
    }

    /// Both streams as an object. Bytes that are not UTF-8 are replaced by U+FFFD.
    var json: JSONValue {
        let (out, missing) = stream(.stdout)
        let (err, missingErr) = stream(.stderr)
        return .members([
            "attempt": .integer(attempt),
            "stdout": .string(String(decoding: out, as: UTF8.self)), "stdout_dropped_bytes": .integer(missing),
            "stderr": .string(String(decoding: err, as: UTF8.self)), "stderr_dropped_bytes": .integer(missingErr),
        ])
    }
}
