/// What somebody waits for a job to do.
public struct JobGoal: Sendable, Hashable {
    /// The states that it is to reach, one of them.
    public let states: Set<JobState>

    /// One of these states, if only for a moment.
    public init(_ states: Set<JobState>) {
        self.states = states
    }

    /// To end: completed, dead, or cancelled.
    public static let ended = JobGoal(Set(JobState.allCases.filter(\.isFinal)))

    /// What a state means for the goal.
    public enum Verdict: Sendable, Hashable {
        /// This is what was waited for.
        case reached
        /// It may still come to that.
        case open
        /// The job is over and does not come to that by itself.
        case never
    }

    /// Judges a state that the job is or was in.
    public func verdict(on state: JobState) -> Verdict {
        if states.contains(state) { return .reached }
        return state.isFinal ? .never : .open
    }
}
