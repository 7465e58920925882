import Glibc
import QueueKit

/// Something that was done to workers, for which jobs that ran there may have to run again.
package struct Disturbance: Sendable {
    /// What it may do to a job that is running.
    package enum Harm: Sendable {
        /// It is stopped and given back: neither a retry nor a crash is used up.
        case released
        /// Its lease may end unattended, which counts as a crash of its worker.
        case crashed
        /// That too, and its worker stands still meanwhile: it cannot stop the job before another gets it.
        case crashedUnattended
    }

    /// What it was, in a word or two.
    package let kind: String
    /// The processes it was done to; nil for all, as when Redis is away.
    package let workers: Set<pid_t>?
    package let harm: Harm
    package let from: MachineTime
    /// When it was over.
    package let to: MachineTime
    /// How long afterwards jobs may still feel it: a claim that was under way counts from when it was sent, so its lease may
    /// be nearly over when the answer comes.
    package let aftermath: Duration

    package init(
        _ kind: String,
        workers: Set<pid_t>? = nil,
        harm: Harm = .crashed,
        from: MachineTime,
        to: MachineTime = .now(),
        aftermath: Duration = .zero
    ) {
        self.kind = kind
        self.workers = workers
        self.harm = harm
        self.from = from
        self.to = to
        self.aftermath = aftermath
    }

    /// Whether it was done to this worker at some time between these.
    func hit(_ worker: WorkerID, between start: MachineTime, and end: MachineTime) -> Bool {
        (workers?.contains(worker.pid) ?? true) && from <= end && to + aftermath >= start
    }

    /// Whether a run may have ended in this way because of it.
    func accounts(for outcome: String?) -> Bool {
        outcome != "crashed" || harm != .released
    }
}
