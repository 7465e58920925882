import QueueKit

/// The time that matters most about a job in its state, and how far it is.
enum JobTime {
    /// Describes it in a word or two: when it runs next, how far it is and for how long it has run, or how long ago it came
    /// to its state.
    static func describe(_ job: Job, now: Timestamp) -> String {
        switch job.state {
        case .scheduled, .failed:
            guard let next = job.nextRunAt else { return "" }
            return next <= now ? "due" : RelativeTime.describe(next, from: now)
        case .processing:
            let progress = job.progress.map { "\($0)%" }
            let length = job.startedAt.map { "for " + age($0, now) }
            return [progress, length].compactMap { $0 }.joined(separator: " ")
        case .pending: return (job.updatedAt ?? job.createdAt).map { RelativeTime.describe($0, from: now) } ?? ""
        case .completed, .dead, .cancelled, nil: return job.updatedAt.map { RelativeTime.describe($0, from: now) } ?? ""
        }
    }

    /// How long since then: `3m`.
    static func age(_ since: Timestamp, _ now: Timestamp) -> String {
        RelativeTime.brief(.milliseconds(max(0, now.milliseconds - since.milliseconds)))
    }
}
