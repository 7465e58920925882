/// Why a command could not do what was asked, in one line for people and one word for programs.
struct Failure: Error {
    /// The kinds of failure; their words are part of the JSON output.
    enum Kind: String {
        case failed
        case someFailed = "some_failed"
        case needsConfirmation = "needs_confirmation"
        case exists
        case notFound = "not_found"
        case wrongState = "wrong_state"
        case ambiguous
        case forbidden
        case usage
        case invalidDocument = "invalid_document"
        case unreachable
        case refused
        case configuration
        case newerSchema = "newer_schema"
        case broken
        case timedOut = "timed_out"

        /// What the process ends with: the only place that decides it.
        var status: ExitStatus {
            switch self {
            case .failed, .someFailed, .broken: .failed
            case .needsConfirmation: .declined
            case .exists, .notFound, .wrongState, .ambiguous: .conflict
            case .forbidden: .forbidden
            case .usage: .usage
            case .invalidDocument: .badData
            case .unreachable: .unreachable
            case .refused: .refused
            case .configuration, .newerSchema: .configuration
            case .timedOut: .timedOut
            }
        }
    }

    /// What kind it is, which decides the exit status.
    var kind: Kind
    /// What failed, on which object, and what to do next; one line. Escaped.
    var message: String
    /// The field of the document that is wrong, if one is.
    var field: String?

    init(_ kind: Kind, _ message: String, field: String? = nil) {
        self.kind = kind
        self.message = message
        self.field = field
    }

    /// What the process ends with, if the command has codes of its own.
    var ownStatus: ExitStatus?

    /// What the process ends with.
    var status: ExitStatus { ownStatus ?? kind.status }
}

/// Thrown when everything that failed has been reported already, to end with this status.
struct Reported: Error {
    var status: ExitStatus
}
