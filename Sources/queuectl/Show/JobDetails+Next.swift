import QueueKit

extension JobDetails {
    /// What happens to the job next, and what one could do about it.
    var next: String {
        switch job.state {
        case .pending: pending
        case .scheduled: job.run == 0 ? "It runs first \(due)." : "It runs again \(due)."
        case .failed: "Retry \(job.failures) of \(job.maxRetries) runs \(due)."
        case .processing where job.cancelRequested != nil: "Its worker was asked to stop it."
        case .processing where job.pausedAt != nil: "It goes on when somebody resumes it: queuectl resume \(job.id)"
        case .processing: processing
        case .dead where job.document != nil:
            "Nothing, until somebody mends it: queuectl edit \(job.id), then queuectl dlq retry \(job.id)"
        case .dead: "Nothing, until somebody retries it: queuectl dlq retry \(job.id)"
        case .completed, .cancelled: "Nothing. It is kept for a while (retention-age, retention-count)."
        case nil: "Nothing: it is damaged. Delete it, or look at its hash in Redis."
        }
    }

    /// By when it must have begun its first run, if it has not yet.
    private var expiry: Timestamp? { job.run == 0 ? job.expiresAt : nil }

    private var pending: String {
        if let end = expiry, end <= now { return "It has expired: it is dead as soon as a worker would take it." }
        if queue.pausedSince != nil {
            return "It waits: the queue is paused. Resume it: queuectl resume --queue \(queue.queue)"
        }
        if queue.workers == 0 {
            return "It waits: no worker serves \(queue.queue). Start one: queuectl worker start\(flag)"
        }
        if job.isSuspect {
            return "It waits for a worker that runs no other suspect: if one more worker is lost with it, it is dead."
        }
        if !job.failedHosts.isEmpty {
            let hosts = job.failedHosts.joined(separator: ", ")
            return "It waits for a worker on another host than \(hosts), while there is one."
        }
        guard let end = expiry else { return "It runs as soon as a worker has a free slot." }
        return
            "It runs as soon as a worker has a free slot, and is dead if none has \(RelativeTime.describe(end, from: now))."
    }

    private var processing: String {
        guard let timeout = job.timeout, let start = job.startedAt else {
            return "It runs until it ends, or for as long as its worker allows."
        }
        let end = Timestamp(milliseconds: start.milliseconds + timeout.wholeMilliseconds)
        return end <= now
            ? "Its time is up; its worker stops it."
            : "It is stopped \(RelativeTime.describe(end, from: now)) unless it ends before."
    }

    private var due: String {
        guard let time = job.nextRunAt else { return "when it is due" }
        return time <= now
            ? "now, as soon as a worker has a free slot"
            : "\(RelativeTime.describe(time, from: now)), at \(time.rfc3339)"
    }

    private var flag: String { queue.queue == .default ? "" : " --queue \(queue.queue)" }
}
