/// Why a worker takes no more jobs and ends.
public enum EndReason: String, Sendable {
    /// It was asked to: by a signal, a call, or from afar.
    case asked
    /// Nothing was left to claim, as `WorkerOptions.drains` wants it.
    case drained
    /// It has run as many jobs as `WorkerOptions.maxJobs` says.
    case maxJobs = "max_jobs"
    /// It has had nothing to do for as long as `WorkerOptions.maxIdle` says.
    case maxIdle = "max_idle"
}

/// What a worker's queues hold when it ends.
public struct LeftJobs: Sendable, Hashable {
    /// Jobs that wait for a time: scheduled, or before a retry.
    public var waiting: Int
    /// Jobs that are new, wait for a worker on another host, or stand in a paused queue.
    public var pending: Int
}
