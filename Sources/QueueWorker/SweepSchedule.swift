import QueueKit

/// Decides when a worker looks for damage in a queue. Pure: it has no clock and does nothing.
///
/// With each heartbeat the worker asks for the turn, which one worker of a queue has at a time, and hears whether the
/// counters agree with the indexes. If they do not, it looks into it at once; otherwise at everything in the background, when
/// nobody has done so for long.
struct SweepSchedule {
    /// What to do now.
    enum Step: Sendable, Hashable {
        /// Go on with what is under way, if anything is.
        case goOn
        /// Begin to look through the queue.
        case begin(urgently: Bool)
        /// End what is under way: the turn is another worker's.
        case end
    }

    /// The time from one look at everything to the next.
    let interval: Duration

    private enum Round {
        case none, background, urgent
    }

    private var round = Round.none
    /// What the figures disagreed about when it was looked into last. What is left of that, nobody here can repair.
    private var lookedInto: [String: Int] = [:]
    private var hasSwept = false

    init(interval: Duration) {
        self.interval = interval
    }

    /// What came of asking for the turn.
    mutating func next(_ turn: SweepTurn) -> Step {
        guard turn.isOurs else {
            defer { round = .none }
            return round == .none ? .goOn : .end
        }
        if turn.differences.isEmpty {
            lookedInto = [:]
        } else if turn.differences != lookedInto, round != .urgent {
            (round, lookedInto) = (.urgent, turn.differences)
            return .begin(urgently: true)
        }
        guard round == .none, turn.since >= interval else { return .goOn }
        round = .background
        return .begin(urgently: false)
    }

    /// What is under way has come to its end, having looked at everything or not.
    mutating func ended(isComplete: Bool) {
        // Then what the figures disagree about has not been looked into yet.
        if !isComplete { lookedInto = [:] }
        round = .none
        hasSwept = hasSwept || isComplete
    }

    /// Whether everything was looked at since this was asked last.
    mutating func takeHasSwept() -> Bool {
        defer { hasSwept = false }
        return hasSwept
    }
}
