import ProcessRunner
import QueueKit

/// The end of what a run has written to standard error, kept for the message of its failure.
struct LastErrors {
    private var bytes: [UInt8] = []
    private var end = 0

    private static let limit = 2000

    /// Takes in what was read of the run.
    mutating func add(_ chunks: [OutputChunk]) {
        for chunk in chunks where chunk.stream == .standardError {
            // Halves of two lines make no line.
            if chunk.offset != end { bytes = [] }
            bytes = Array((bytes + chunk.bytes.suffix(Self.limit)).suffix(Self.limit))
            end = chunk.end
        }
    }

    /// The last line that is not blank, made fit for one line of a message.
    var lastLine: String? {
        for line in bytes.split(separator: UInt8(ascii: "\n")).reversed() {
            let text = TerminalText.shorten(TerminalText.escape(line), to: 200)
            if text.contains(where: { !$0.isWhitespace }) { return text }
        }
        return nil
    }
}
