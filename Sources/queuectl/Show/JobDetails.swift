import QueueKit

/// A job with its attempts and the output of its last run.
struct JobDetails {
    let job: Job
    /// The attempts, the newest first, the current one included.
    let attempts: [AttemptRecord]
    /// What the last run has printed so far.
    let output: JobOutput
    /// Whether its queue is paused, and how many workers serve it.
    let queue: QueueStatus

    /// - Parameter redaction: What is hidden in all of it.
    init(_ job: Job, in queue: JobQueue, hiding redaction: Redaction) async throws {
        async let records = queue.attempts(of: job.id)
        async let log = queue.log(of: job.id, run: job.run)
        self.job = job.redacted(by: redaction)
        self.queue = try await queue.status(heartbeat: QueueConfiguration().heartbeat)
        output = JobOutput(attempt: job.run, entries: try await log, redaction: redaction)
        attempts = Self.complete(try await records, job).map { $0.redacted(by: redaction) }
    }

    /// The server's time.
    var now: Timestamp { queue.now }

    /// Adds the attempt that stands in the job alone.
    private static func complete(_ records: [AttemptRecord], _ job: Job) -> [AttemptRecord] {
        guard let last = AttemptRecord(lastRunOf: job), !records.contains(where: { $0.run == last.run }) else {
            return records
        }
        return [last] + records
    }

    /// Prints them as the options ask for.
    func print(on console: Console) {
        if console.isJSON {
            console.print(json)
        } else if console.isQuiet {
            console.print(job.id.text)
        } else {
            JobScreen(details: self, console: console).print()
        }
    }

    private var json: JSONValue {
        guard case .object(let members) = job.jsonValue else { return .null }
        return .object(
            members + [
                JSONMember(name: "history", value: .array(attempts.map(\.jsonValue))),
                JSONMember(name: "output", value: output.json), JSONMember(name: "next", value: .string(next)),
            ]
        )
    }
}
