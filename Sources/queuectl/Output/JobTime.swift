import QueueKit

/// The time that matters most about a job in its state.
enum JobTime {
    /// Describes it in a word or two: when it runs next, or how long ago it came to its state.
    static func describe(_ job: Job, now: Timestamp) -> String {
        switch job.state {
        case .scheduled, .failed:
            guard let next = job.nextRunAt else { return "" }
            return next <= now ? "due" : RelativeTime.describe(next, from: now)
        case .processing: return job.startedAt.map { "for " + age($0, now) } ?? ""
        case .pending: return (job.updatedAt ?? job.createdAt).map { RelativeTime.describe($0, from: now) } ?? ""
        case .completed, .dead, .cancelled, nil: return job.updatedAt.map { RelativeTime.describe($0, from: now) } ?? ""
        }
    }

    /// How long since then: `3m`.
    static func age(_ since: Timestamp, _ now: Timestamp) -> String {
        RelativeTime.brief(.milliseconds(max(0, now.milliseconds - since.milliseconds)))
    }
}
