import Glibc
import QueueKit

/// Something that was done to workers, for which jobs that ran there may have to run again.
package struct Disturbance: Sendable {
    /// What it was, in a word or two.
    package let kind: String
    /// The processes it was done to; nil for all, as when Redis is away.
    package let workers: Set<pid_t>?
    /// Whether these stood still, so that they could not stop their jobs before others got them.
    package let isFreeze: Bool
    package let from: MachineTime
    /// When it was over.
    package let to: MachineTime

    package init(
        _ kind: String,
        workers: Set<pid_t>? = nil,
        isFreeze: Bool = false,
        from: MachineTime,
        to: MachineTime = .now()
    ) {
        self.kind = kind
        self.workers = workers
        self.isFreeze = isFreeze
        self.from = from
        self.to = to
    }

    /// Whether it was done to this worker at some time between these.
    func hit(_ worker: WorkerID, between start: MachineTime, and end: MachineTime) -> Bool {
        (workers?.contains(worker.pid) ?? true) && from <= end && to >= start
    }
}
