import QueueKit

/// Durations on the command line.
enum DurationOption {
    /// Reads the value of a flag: `500ms`, `10s`, `5m`, `2h`, `1d`. The message shows it and says what is accepted.
    static func parse(
        _ text: String,
        _ flag: String,
        atLeast least: Duration = .zero,
        atMost limit: Duration
    ) throws(Failure) -> Duration {
        guard let duration = DurationText.parse(text), duration >= least, duration <= limit else {
            let shown = TerminalText.quotedForMessage(text)
            let range = "give \(DurationText.format(least)) to \(DurationText.format(limit)), such as 30s or 5m"
            throw Failure(.usage, "\(flag): \(shown) is not a duration it can have; \(range)")
        }
        return duration
    }
}
