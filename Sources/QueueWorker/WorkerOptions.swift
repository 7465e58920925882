import QueueKit

/// What a worker is to do.
public struct WorkerOptions: Sendable {
    /// Its id: new with every start of a process.
    public var id: WorkerID
    /// The queues it serves.
    public var queues: [QueueName]
    /// How it chooses among them when several have work; by the order in which they stand, unless told otherwise.
    public var order: QueueOrder
    /// How many jobs it runs at once, over all its queues. At least 1.
    public var slots: Int
    /// Which signatures its jobs need; none, unless told otherwise.
    public var signatures = SignaturePolicy.none
    /// What running jobs get after a graceful stop; nil for what is configured.
    public var shutdownTimeout: Duration?
    /// Whether it ends once nothing can be claimed from its queues and nothing of its own runs. A paused queue counts as
    /// empty; jobs that wait for a time are left.
    public var drains: Bool
    /// How many jobs it takes before it lets these end, and ends itself; nil for no limit.
    public var maxJobs: Int?
    /// It ends when it has had nothing to do for so long; nil for never. Time without Redis does not count.
    public var maxIdle: Duration?
    /// How long after everything in a queue was looked through for damage that is done again. What the counters tell
    /// of is looked into at once.
    public var sweepInterval: Duration
    /// The release of queuectl, for the list of workers.
    public var version: String

    /// Makes options for a worker with an id for this host and process.
    public init(queues: [QueueName] = [.default], slots: Int = 1, version: String = "") {
        self.id = WorkerID.ofThisProcess()
        self.queues = queues
        self.order = .strict
        self.slots = max(1, slots)
        self.shutdownTimeout = nil
        self.drains = false
        self.maxJobs = nil
        self.maxIdle = nil
        self.sweepInterval = .seconds(600)
        self.version = version
    }
}
