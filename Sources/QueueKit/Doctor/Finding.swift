/// Something that is not as it should be, and what to do about it.
public struct Finding: Sendable, Hashable {
    /// How bad it is.
    public enum Severity: String, Sendable, Comparable {
        /// Worth knowing; nothing is wrong.
        case note
        /// Something may go wrong, or goes wrong for some.
        case warning
        /// A promise is broken, or about to be.
        case error

        /// Orders from note to error.
        public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

        private var rank: Int { self == .note ? 0 : self == .warning ? 1 : 2 }
    }

    /// What kind it is: its code never changes.
    public let kind: FindingKind
    /// How bad it is.
    public let severity: Severity
    /// The queue, if it is about one.
    public let queue: QueueName?
    /// What it is about: the id of a job or of a worker, a key, a state, a right. Not escaped.
    public let object: String
    /// What is wrong, one line that names the object. Not escaped.
    public let problem: String
    /// What to do about it, one line.
    public let remedy: String
    /// What `--fix` would do.
    let repair: Repair?

    /// Whether `--fix` can put it right without harm.
    public var isFixable: Bool { repair != nil }

    init(
        _ kind: FindingKind,
        severity: Severity? = nil,
        in queue: QueueName? = nil,
        _ object: String,
        _ problem: String,
        remedy: String? = nil,
        repair: Repair? = nil
    ) {
        self.kind = kind
        self.severity = severity ?? kind.severity
        self.queue = queue
        self.object = object
        self.problem = problem
        let fix = queue.map { "queuectl doctor --fix --queue \($0)" } ?? "queuectl doctor --fix"
        self.remedy = remedy ?? fix
        self.repair = repair
    }
}

/// Something that `repair.lua` can do: four of its arguments.
struct Repair: Sendable, Hashable {
    enum Action: String, Sendable, CaseIterable {
        // In the order in which they are done: a mark would take a new entry for the one that it is about; a job
        // gets its right entry before it loses a wrong one; and the counters come last.
        case push, leftovers, marks, mark, job, duplicate, entry, counts
    }

    let action: Action
    var place = ""
    var object: String
    /// What the job looked like when it was found to be without its entry.
    var stamp = ""
}
