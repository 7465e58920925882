import QueueKit

/// What a run has told of itself, as far as it counts when the run is over: of each kind the last.
public struct RunNotes: Sendable, Hashable {
    /// How many percent are done, 0...100.
    public var progress: Int?
    /// What it was doing then.
    public var progressText: String?
    /// What came of it: a JSON value.
    public var result: String?
    /// What went wrong, if the run fails.
    public var error: String?
    /// The wait before the next attempt, if the run fails.
    public var retryAfter: Duration?
    /// Why not to try again; empty if it did not say why.
    public var fatal: String?

    /// Nothing told yet.
    public init() {}

    /// Adds a note that has been checked.
    mutating func add(_ note: RunNote) {
        switch note {
        case .progress(let percent, let text): (progress, progressText) = (percent, text)
        case .result(let json): result = json
        case .error(let text): error = text
        case .retryAfter(let wait): retryAfter = wait
        case .fatal(let text): fatal = text
        }
    }
}
