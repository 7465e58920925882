/// What a running job tells of itself: how far it is, what came of it, and how it is to go on after this run.
///
/// A program writes notes to `$QUEUECTL_CONTROL`, one on each line (``init(line:)``); a handler gives them to its run context.
/// What is told applies to the run that tells it. Texts are one line, escaped, and at most ``textColumns`` wide; the rest is cut.
public enum RunNote: Sendable, Hashable {
    /// How many percent are done, 0...100, and what it is doing. Seen while it runs; the last one stays.
    case progress(Int, _ text: String? = nil)
    /// What came of it: any JSON value, as text, up to ``resultBytes``. The last one counts, and is kept with the job.
    case result(_ json: String)
    /// What went wrong, to be kept as the error if this run fails.
    case error(String)
    /// How long to wait before the next attempt if this run fails, instead of the backoff. More than 30 days count as 30 days.
    case retryAfter(Duration)
    /// Why it makes no sense to try again: this run has failed, whatever its exit code, and the job is dead.
    case fatal(String)

    /// The longest result, without spaces between its parts: 64 KiB.
    public static let resultBytes = 64 * 1024
    /// The longest text, in terminal columns.
    public static let textColumns = 500
    /// The longest wait.
    public static let longestWait: Duration = .seconds(30 * 86_400)

    /// The note as it is kept: JSON without spaces, texts on one line and cut, waits capped.
    ///
    /// - Throws: `DocumentError`, its field the verb, if a number is out of range or a result is not JSON or too long.
    public func checked() throws(DocumentError) -> RunNote {
        switch self {
        case .progress(let percent, let text):
            guard 0...100 ~= percent else {
                throw Verb.progress.error(String(percent), "is out of range")
            }
            return .progress(percent, text.map(Self.line).flatMap { $0.isEmpty ? nil : $0 })
        case .result(let json): return .result(try Self.compact(json))
        case .error(let text):
            let line = Self.line(text)
            guard !line.isEmpty else { throw Verb.error.error(nil, "has no text") }
            return .error(line)
        case .retryAfter(let wait): return .retryAfter(min(max(wait, .zero), Self.longestWait))
        case .fatal(let text): return .fatal(Self.line(text))
        }
    }

    private static func line(_ text: String) -> String {
        TerminalText.shorten(TerminalText.escape(text), to: textColumns)
    }

    private static func compact(_ json: String) throws(DocumentError) -> String {
        let text: String
        do {
            text = try JSONParser.parse(Array(json.utf8)).text
        } catch {
            throw Verb.result.error(json, "is not valid JSON: \(error.reason) (byte \(error.offset))")
        }
        guard text.utf8.count <= resultBytes else { throw Verb.result.error(nil, "has \(text.utf8.count) bytes") }
        return text
    }
}
