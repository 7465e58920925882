/// What the exit codes of a job mean. No code means two things; one that is in none of the sets is a failure.
public struct ExitCodes: Sendable, Equatable {
    /// Codes of a job that is done.
    public var success: Set<Int> = [0]
    /// Codes after which it makes no sense to try again.
    public var fatal: Set<Int> = []
    /// Codes by which a job asks to run again after a wait, without having failed.
    public var snooze: [Int: Duration] = [:]

    /// Success is 0, everything else a failure.
    public init() {}

    /// What one code means.
    public enum Meaning: Sendable, Hashable {
        /// The job is done.
        case success
        /// The job is dead, whatever retries are left.
        case fatal
        /// The job runs again after this wait; no retry is used.
        case snooze(Duration)
        /// The job has failed: it is tried again if retries are left.
        case failure
    }

    /// Says what a code means.
    public func meaning(of code: Int) -> Meaning {
        if success.contains(code) { return .success }
        if fatal.contains(code) { return .fatal }
        return snooze[code].map { .snooze($0) } ?? .failure
    }

    /// The lowest code that is in two of the sets, and their names as document fields; nil if there is none.
    var conflict: (code: Int, first: DocumentField, second: DocumentField)? {
        let snoozing = Set(snooze.keys)
        let pairs: [(Set<Int>, DocumentField, DocumentField)] = [
            (success.intersection(fatal), .successCodes, .fatalCodes),
            (success.intersection(snoozing), .successCodes, .snoozeCodes),
            (fatal.intersection(snoozing), .fatalCodes, .snoozeCodes),
        ]
        for (common, first, second) in pairs {
            if let code = common.min() { return (code, first, second) }
        }
        return nil
    }
}

extension ExitCodes {
    /// Puts together what a document says and, for the fields that it leaves out, what is configured.
    ///
    /// The document comes first: a code that it names is taken out of the configured sets, so that the result never
    /// contradicts the document or itself, whatever is configured.
    init(_ document: JobDocument, configured: ExitCodes) {
        let named = (document.successCodes ?? []).union(document.fatalCodes ?? [])
            .union(document.snoozeCodes.map { Set($0.keys) } ?? [])
        success = document.successCodes ?? configured.success.subtracting(named)
        fatal = document.fatalCodes ?? configured.fatal.subtracting(named)
        snooze = document.snoozeCodes ?? configured.snooze.filter { !named.contains($0.key) }
    }
}
