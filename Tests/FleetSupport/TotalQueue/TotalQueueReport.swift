import QueueKit

/// What the books of a test come to.
package struct TotalQueueReport: Sendable {
    /// A run that follows one for another reason than that it failed by itself.
    package struct Duplicate: Sendable {
        package let id: JobID
        /// The run that had to be repeated.
        package let earlier: RecordedRun
        package let later: RecordedRun
        /// How Redis has the earlier run on record: `crashed, crash`; nil if it does not.
        package var record: String?
        /// When Redis took the job away from that run, by this machine's clock.
        package var endedAt: MachineTime?
        /// What was done to its worker between the two that accounts for it; nil if nothing was.
        package var cause: Disturbance?

        package var isExplained: Bool { record != nil && cause != nil }
    }

    /// Enqueues that were acknowledged.
    package var acknowledged = 0
    /// Of these: completed, and it stands on disk that they did.
    package var completed = 0
    /// Of these: dead or cancelled, with a reason.
    package var buried = 0
    /// Acknowledged, and neither: each with what is known of it.
    package var lost: [String] = []
    /// Runs on disk.
    package var runs = 0
    package var duplicates: [Duplicate] = []
    /// Runs of one job that were alive at the same time.
    package var overlaps: [RecordedOverlap] = []
    /// Those of them for which the earlier worker stood still: it cannot stop its jobs before it wakes.
    package var overlapsBesideFrozenWorkers = 0
    /// Anything else that may not be: an attempt that ran twice, lines that make no sense.
    package var strange: [String] = []

    package init() {}

    package var unexplained: [Duplicate] { duplicates.filter { !$0.isExplained } }

    /// What is wrong, a line each. Nothing, if the books balance.
    package var problems: [String] {
        lost.map { "lost: \($0)" }
            + unexplained.map { duplicate in
                let record = duplicate.record ?? "nothing"
                let cause = duplicate.cause?.kind ?? "nothing was done to its worker that accounts for it"
                return """
                    ran again without a reason: \(duplicate.id), attempts \(duplicate.earlier.attempt) on \
                    \(duplicate.earlier.worker) and \(duplicate.later.attempt); on record: \(record); \(cause)
                    """
            }
            + overlaps.map { "two runs at once: \($0.id) on \($0.earlier) and \($0.later)" } + strange
    }

    /// Throws unless the books balance.
    package func requireBalance() throws {
        guard problems.isEmpty else { throw Unexpected(problems.prefix(20).joined(separator: "\n")) }
    }
}
