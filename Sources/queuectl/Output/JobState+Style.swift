import QueueKit

extension JobState {
    /// The colour that the state has everywhere.
    var style: Style? {
        switch self {
        case .pending: .blue
        case .scheduled: .cyan
        case .processing: .yellow
        case .completed: .green
        case .failed, .dead: .red
        case .cancelled: .dim
        }
    }
}

extension Job {
    /// Its state for people: `processing (paused)`.
    var stateWords: String {
        guard let state else { return "damaged" }
        return state == .processing && pausedAt != nil ? "\(state) (paused)" : state.rawValue
    }
}
