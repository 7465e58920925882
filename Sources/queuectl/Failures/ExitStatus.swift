/// What the process ends with.
enum ExitStatus: Int32, CaseIterable {
    case ok = 0
    case failed = 1
    case declined = 2
    case conflict = 3
    case forbidden = 4
    case usage = 64
    case badData = 65
    case unreachable = 69
    case refused = 75
    case configuration = 78
    case timedOut = 124
    case ownFailure = 125

    /// What it means, for `queuectl help exit-codes`.
    var meaning: String {
        switch self {
        case .ok: "All went well. An empty list is no error."
        case .failed: "It failed, or some of several items failed; or `doctor` has found errors or warnings."
        case .declined: "You declined, or it needs --yes where nobody can be asked."
        case .conflict: "It exists already, was not found, or is in a state in which this cannot be done."
        case .forbidden: "Redis does not allow it: wrong or missing password, or a missing right."
        case .usage: "The command line is wrong: an unknown flag, or a value out of range."
        case .badData: "A job document, or the result of a job, is wrong."
        case .unreachable: "Redis is out of reach."
        case .refused: "Redis refuses for now: out of memory, disk trouble, a replica, loading. Try again later."
        case .configuration:
            "The configuration is wrong: an environment variable, what is stored in Redis, or TLS on either side."
        case .timedOut: "The time of a wait is over; or of `run`, when the job took longer than its --timeout."
        case .ownFailure: "`run` or `wait` itself failed. Otherwise they end with the job's code, 128+n by signal n."
        }
    }
}
