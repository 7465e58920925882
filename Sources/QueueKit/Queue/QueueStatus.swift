/// A queue at a glance. Reading it costs the same however many jobs there are.
public struct QueueStatus: Sendable {
    /// Runs that ended within some minutes.
    public struct Throughput: Sendable, Hashable {
        /// The last so many minutes, the current one included.
        public let minutes: Int
        /// Jobs completed.
        public internal(set) var completed = 0
        /// Runs that failed, whether they are retried or dead.
        public internal(set) var failed = 0
    }

    /// The queue.
    public let queue: QueueName
    /// Jobs in each of the seven states.
    public internal(set) var jobs: [JobState: Int] = [:]
    /// Malformed pushes that are kept.
    public internal(set) var rejected = 0
    /// Pushes that nobody has looked at yet.
    public internal(set) var incoming = 0
    /// What has happened since the queue began, by name: `enqueued`, `completed`, `failures`, `retried`, `dead`,
    /// `cancelled`, `recovered`, `deleted`, `removed`, `dlq_removed` (both by retention), `revived`, `stale_settles`, `rejected`,
    /// `repaired`.
    public internal(set) var totals: [String: Int] = [:]
    /// The schema that the queue is kept in, if this release does not know it: then the figures may make no sense.
    public internal(set) var unknownSchema: String?
    /// When damage was repaired last, by a worker or by `queuectl doctor`, if it ever was.
    public internal(set) var repairedAt: Timestamp?
    /// Since when the queue is paused, if it is.
    public internal(set) var pausedSince: Timestamp?
    /// Workers that have been heard of within three heartbeats.
    public internal(set) var workers = 0
    /// How long the job has waited that has waited longest among those at the head of each priority.
    public internal(set) var oldestPendingAge: Duration?
    /// Ended runs in the last 1, 5 and 15 minutes.
    public internal(set) var throughput: [Throughput] = [1, 5, 15].map { Throughput(minutes: $0) }
    /// The server's time.
    public internal(set) var now = Timestamp(milliseconds: 0)

    init(queue: QueueName) {
        self.queue = queue
    }

    /// Adds what the counters of the queue say.
    mutating func read(counts: [(String, [UInt8])]) {
        for (name, bytes) in counts {
            let number = Int(NumberText.stored(bytes) ?? 0)
            if let state = JobState(rawValue: name) {
                jobs[state] = number
            } else if name.hasSuffix("_total") {
                totals[String(name.dropLast(6))] = number
            } else if name == "rejected" {
                totals[name] = number
            }
        }
        for state in JobState.allCases where jobs[state] == nil { jobs[state] = 0 }
    }

    /// Adds the history of one hour: fields `<minute>:<outcome>`.
    mutating func read(history: [(String, [UInt8])], ofHour hour: Int64) {
        let thisMinute = now.milliseconds / 60_000
        for (name, bytes) in history {
            let parts = name.split(separator: ":")
            guard parts.count == 2, let minute = Int64(parts[0]), 0..<60 ~= minute else { continue }
            let age = thisMinute - (hour * 60 + minute)
            let number = Int(NumberText.stored(bytes) ?? 0)
            for at in throughput.indices where age >= 0 && age < Int64(throughput[at].minutes) {
                if parts[1] == "completed" { throughput[at].completed += number }
                if parts[1] == "failed" { throughput[at].failed += number }
            }
        }
    }
}
