/// The names of all keys of a queue; the only place that spells them.
///
/// Every key carries the hash tag `{queue}`, so a queue lives in one slot of a cluster and its scripts may touch all
/// of it, while queues spread over the nodes.
public struct QueueKeys: Sendable {
    /// `<namespace>:{<queue>}:`, which every key begins with.
    public let prefix: String
    /// The keys that every script is given, in the order in which `common.lua` names them.
    public let fixed: [String]

    /// `<namespace>:{<queue>}`: what signatures call the queue.
    var queuePrefix: String { String(prefix.dropLast()) }

    /// Makes the names for a queue. Nothing is checked: names are checked where they come in.
    public init(namespace: String, queue: QueueName) {
        let prefix = "\(namespace):{\(queue.text)}:"
        self.prefix = prefix
        self.fixed = (Self.fixedNames + [Self.absent]).map { prefix + $0 }
    }

    static let fixedNames =
        [
            "meta", "counts", "incoming", "inbox", "intake", "intake_due", "suspects", "scheduled", "failed",
            "processing", "dlq", "rejected", "completed", "cancelled", "workers",
            "stale",
        ] + JobLimits.priority.map { "pending:\($0)" } + ["elsewhere", "signed"]

    /// A key that never exists. While a cluster moves a slot from one node to another, it runs no script that was declared a
    /// key which is not there: so none runs half-way, with some of the jobs on the other node.
    static let absent = "absent"

    /// The lists that jobs stand in.
    static let lists = ["suspects", "elsewhere", "dlq"] + JobLimits.priority.map { "pending:\($0)" }
    /// The sorted sets that jobs stand in.
    static let sets = ["scheduled", "failed", "processing", "completed", "cancelled"]
    /// What each of the fixed keys holds.
    static let types: [String: String] = {
        var types = ["rejected": "stream"]
        for name in lists + ["incoming", "inbox"] { types[name] = "list" }
        for name in sets + ["intake_due", "workers", "signed"] { types[name] = "zset" }
        for name in ["meta", "counts", "intake", "stale"] { types[name] = "hash" }
        return types
    }()
    /// The form in which this release keeps a queue; the same number stands in `common.lua`.
    static let schema = "1"

    /// The key of this name.
    func named(_ name: String) -> String { prefix + name }

    /// Settings and marks of the queue (hash): `paused`, `schema`, `intake`, `reaped_at`, `reap_hold`,
    /// `sweeper`, `sweeper_at`, `swept_at`, `repaired_at`.
    public var meta: String { prefix + "meta" }
    /// Jobs by state, and totals (hash).
    public var counts: String { prefix + "counts" }
    /// The front door for other services (list).
    public var incoming: String { prefix + "incoming" }
    /// Where every BLMOVE lands (list).
    public var inbox: String { prefix + "inbox" }
    /// Pushes being judged, by number (hash).
    public var intake: String { prefix + "intake" }
    /// Their numbers, by the time when the next worker gets them (sorted set).
    public var intakeDue: String { prefix + "intake_due" }
    /// Entries left behind in long lists (hash).
    public var stale: String { prefix + "stale" }
    /// Jobs that have taken a worker down and wait for their next run (list).
    public var suspects: String { prefix + "suspects" }
    /// Jobs that wait for a worker on another host than those on which they have failed (list).
    public var elsewhere: String { prefix + "elsewhere" }
    /// Ids of signed jobs, remembered until their signatures are valid no more (sorted set).
    public var signed: String { prefix + "signed" }
    /// Ids by due time (sorted set).
    public var scheduled: String { prefix + "scheduled" }
    /// Ids waiting for a retry, by time of failure (sorted set).
    public var failed: String { prefix + "failed" }
    /// Ids being run, by lease deadline (sorted set).
    public var processing: String { prefix + "processing" }
    /// Ids of dead jobs, the oldest first (list).
    public var dlq: String { prefix + "dlq" }
    /// Malformed pushes (stream).
    public var rejected: String { prefix + "rejected" }
    /// Ids by finish time (sorted set).
    public var completed: String { prefix + "completed" }
    /// Ids by finish time (sorted set).
    public var cancelled: String { prefix + "cancelled" }
    /// Workers of this queue by heartbeat (sorted set).
    public var workers: String { prefix + "workers" }
    /// The channel that tells of all jobs changing state: lines of `<state> <id>`.
    public var events: String { prefix + "events" }

    /// Ids ready to run with this priority (list).
    public func pending(_ priority: Int) -> String { "\(prefix)pending:\(priority)" }
    /// A job (hash).
    public func job(_ id: JobID) -> String { "\(prefix)job:\(id.text)" }
    /// Records of past attempts, the newest first (list of JSON).
    public func attempts(_ id: JobID) -> String { "\(prefix)attempts:\(id.text)" }
    /// Output of one run (stream).
    public func log(_ id: JobID, run: Int) -> String { "\(prefix)log:\(id.text):\(run)" }
    /// The channel that tells of one job changing state: the name of the state, or `deleted`.
    public func jobEvents(_ id: JobID) -> String { "\(prefix)events:\(id.text)" }
    /// Where answers go for whoever gave this name as `reply_to` (list of JSON, expiring).
    public func reply(_ name: String) -> String { "\(prefix)reply:\(name)" }
    /// What finished in the minutes of one hour since the epoch (hash).
    public func history(hour: Int64) -> String { "\(prefix)history:\(hour)" }
}

/// The names of the keys that are shared by all queues of a namespace. They live in other slots than any queue.
public struct NamespaceKeys: Sendable {
    /// What every key of the namespace begins with.
    public let namespace: String

    /// Names the keys of a namespace.
    public init(_ namespace: String) {
        self.namespace = namespace
    }

    /// The registered queues (set).
    public var queues: String { "\(namespace):queues" }
    /// The configuration that all hosts share (hash).
    public var config: String { "\(namespace):config" }
    /// What begins the channel of each worker.
    public var controlPrefix: String { "\(namespace):control:" }

    /// What a worker says of itself (hash, expiring).
    public func worker(_ id: WorkerID) -> String { "\(namespace):worker:\(id)" }
    /// The wish that a worker stop (string, expiring).
    public func workerStop(_ id: WorkerID) -> String { "\(namespace):stop:\(id)" }
    /// The channel on which a worker is told things.
    public func control(_ id: WorkerID) -> String { "\(controlPrefix)\(id)" }
    /// The channel on which workers tell that they have ended: `stopped <worker id>`.
    public var workerEvents: String { "\(namespace):workers" }
}
