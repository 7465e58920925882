/// Where a job stands: the same seven words in Redis, Lua, JSON and on the command line.
public enum JobState: String, Sendable, CaseIterable, CustomStringConvertible {
    /// Ready to run, waiting for a worker.
    case pending
    /// Waiting for its due time: before its first run, or snoozed.
    case scheduled
    /// Being run by a worker that holds its lease.
    case processing
    /// Finished with success.
    case completed
    /// Failed, waiting for its next attempt.
    case failed
    /// Given up: it stands in the dead-letter queue.
    case dead
    /// Cancelled by an operator.
    case cancelled

    /// The word itself.
    public var description: String { rawValue }

    /// Whether the job is over: it does not run again unless an operator asks for it.
    public var isFinal: Bool {
        switch self {
        case .completed, .dead, .cancelled: true
        case .pending, .scheduled, .processing, .failed: false
        }
    }
}
