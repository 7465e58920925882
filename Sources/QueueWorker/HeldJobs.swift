import ProcessRunner
import QueueKit
import Synchronization

/// The jobs that this worker holds leases of: from the claim until the settle is answered.
///
/// The heartbeat thread renews what stands here and stops what cannot be kept; so everything in it works without
/// the cooperative pool.
final class HeldJobs: Sendable {
    struct Key: Hashable, Sendable {
        let queue: QueueName
        let id: JobID
    }

    private struct Held {
        let token: JobToken
        let isSuspect: Bool
        /// When this worker must have let go of it, if no renewal succeeds before.
        var fenceAt: BootTime
        var isFenced = false
        var stopReason: StopReason?
        var run: (any RunningJob)?
        var isPaused = false
        /// Its run has ended; what is left is to settle it.
        var isOver = false
    }

    private struct State {
        var jobs: [Key: Held] = [:]
        /// Why all jobs are stopped, those too that a claim under way still brings in.
        var stopAllReason: StopReason?
        var suspectClaims = 0
        /// Jobs that somebody has a wish for and that are not held yet: the answer to their claim is on its way.
        var expected: [Key: BootTime] = [:]
        /// Signals for runs that have not begun here: the answer to their claim, or their start, is on its way.
        var early: [EarlySignal] = []
    }

    private struct EarlySignal {
        let number: Int32
        let key: Key
        let token: JobToken
        let time: BootTime
    }

    private let state = Mutex(State())
    private let onExpected = Mutex<(@Sendable () -> Void)?>(nil)

    /// How many have begun to run and have not ended.
    var running: Int { state.withLock { $0.jobs.values.count { $0.run != nil && !$0.isOver } } }

    /// Whether it holds none, not even one that waits to be settled.
    var isEmpty: Bool { state.withLock { $0.jobs.isEmpty } }

    /// The jobs of one queue, with their tokens.
    func held(in queue: QueueName) -> [(id: JobID, token: JobToken)] {
        state.withLock { state in
            state.jobs.compactMap { $0.key.queue == queue ? ($0.key.id, $0.value.token) : nil }
        }
    }

    /// Holds a job that was claimed. `fenceAt`: see `Lease.fence`.
    func add(_ claimed: ClaimedJob, fenceAt: BootTime) {
        let key = Key(queue: claimed.job.queue, id: claimed.job.id)
        var held = Held(token: claimed.token, isSuspect: claimed.job.isSuspect, fenceAt: fenceAt)
        let wasExpected = state.withLock { state in
            held.stopReason = state.stopAllReason
            state.jobs[key] = held
            return state.expected.removeValue(forKey: key) != nil
        }
        if wasExpected { onExpected.withLock { $0 }?() }
    }

    /// Has something done when a job comes in that somebody had a wish for before (``expect(_:)``).
    func whenExpectedComes(_ action: @escaping @Sendable () -> Void) {
        onExpected.withLock { $0 = action }
    }

    /// Notes that somebody has a wish for this job, which is stored. It may be on its way here with a claim's answer.
    func expect(_ key: Key) {
        state.withLock { state in
            let now = BootTime.now()
            guard state.jobs[key] == nil else { return }
            state.expected = state.expected.filter { now - $0.value < Self.longestWay }
            state.expected[key] = now
        }
    }

    /// How long the answer to a claim may be on its way: longer than any request may take.
    private static let longestWay = Duration.seconds(15)

    /// Why a claimed job may not be begun any more: it is to be stopped already, or its claim took so long that the
    /// lease is as good as over. Nil if it may.
    func obstacle(to claimed: ClaimedJob) -> StopReason? {
        let key = Key(queue: claimed.job.queue, id: claimed.job.id)
        return state.withLock { state in
            guard let held = state.jobs[key], held.token == claimed.token else { return .leaseLost }
            if let reason = held.stopReason { return reason }
            return held.isFenced || held.fenceAt <= .now() ? .leaseLost : nil
        }
    }

    /// Notes how to stop a job. If it is to be stopped already, it is, now.
    func began(_ claimed: ClaimedJob, _ run: any RunningJob) {
        let key = Key(queue: claimed.job.queue, id: claimed.job.id)
        let reason = state.withLock { state -> StopReason? in
            guard state.jobs[key]?.token == claimed.token else { return .leaseLost }
            state.jobs[key]?.run = run
            // Under the lock, so that a resume cannot come before it.
            if state.jobs[key]?.isPaused == true { run.pause() }
            for signal in state.early where signal.key == key && signal.token == claimed.token {
                run.signal(signal.number)
            }
            state.early.removeAll { $0.key == key }
            return state.jobs[key]?.stopReason
        }
        // It has only just begun: nothing is lost by ending it at once.
        if let reason { run.kill(reason) }
    }

    /// Notes that the run of a job has ended.
    func ended(_ claimed: ClaimedJob) {
        let key = Key(queue: claimed.job.queue, id: claimed.job.id)
        state.withLock { state in
            if state.jobs[key]?.token == claimed.token { state.jobs[key]?.isOver = true }
        }
    }

    /// Lets go of a job whose settle was answered, or that is somebody else's.
    func remove(_ claimed: ClaimedJob) {
        let key = Key(queue: claimed.job.queue, id: claimed.job.id)
        state.withLock { state in
            if state.jobs[key]?.token == claimed.token { state.jobs[key] = nil }
        }
    }

    /// Notes that leases were renewed: they now last until `fenceAt`.
    func renewed(_ keys: [(key: Key, token: JobToken)], fenceAt: BootTime) {
        state.withLock { state in
            for (key, token) in keys where state.jobs[key]?.token == token && state.jobs[key]?.isFenced == false {
                state.jobs[key]?.fenceAt = fenceAt
            }
        }
    }

    /// Stops one job, if it is held under this token. A lost lease shortens the grace of one that is being stopped.
    func stop(_ key: Key, token: JobToken, reason: StopReason, grace: Duration? = nil) {
        let run = state.withLock { state -> (any RunningJob)? in
            guard let held = state.jobs[key], held.token == token else { return nil }
            guard held.stopReason == nil || reason == .leaseLost else { return nil }
            state.jobs[key]?.stopReason = held.stopReason ?? reason
            return held.run
        }
        run?.stop(reason, grace: grace)
    }

    /// Halts a job that is held under this token, or lets it go on. Does nothing when it is so already.
    func setPaused(_ isPaused: Bool, _ key: Key, token: JobToken) -> Bool {
        state.withLock { state in
            guard let held = state.jobs[key], held.token == token, held.isPaused != isPaused else { return false }
            state.jobs[key]?.isPaused = isPaused
            if isPaused { held.run?.pause() } else { held.run?.resume() }
            return true
        }
    }

    /// Sends a signal to the run of a job under this token; to one that has not begun, as soon as it has.
    func signal(_ number: Int32, to key: Key, token: JobToken) {
        let run = state.withLock { state -> (any RunningJob)? in
            let held = state.jobs[key]
            if let held, held.token == token, held.run != nil { return held.isOver ? nil : held.run }
            let now = BootTime.now()
            state.early.removeAll { now - $0.time >= Self.longestWay }
            state.early.append(EarlySignal(number: number, key: key, token: token, time: now))
            return nil
        }
        run?.signal(number)
    }

    /// Stops all jobs, also those that are claimed from now on; `now`: without grace.
    func stopAll(_ reason: StopReason, now: Bool) {
        let runs = state.withLock { state -> [any RunningJob] in
            state.stopAllReason = state.stopAllReason ?? reason
            for key in state.jobs.keys where state.jobs[key]?.stopReason == nil { state.jobs[key]?.stopReason = reason }
            return state.jobs.values.compactMap(\.run)
        }
        for run in runs {
            if now { run.kill(reason) } else { run.stop(reason, grace: nil) }
        }
    }

    /// Stops the jobs whose leases have not been renewed in time; those whose leases have ended, at once.
    /// Returns which these are.
    func fence(at time: BootTime, lease: Duration) -> [JobID] {
        var fenced: [(id: JobID, run: (any RunningJob)?, leaseHasEnded: Bool)] = []
        state.withLock { state in
            for (key, held) in state.jobs where held.fenceAt <= time && !held.isFenced {
                state.jobs[key]?.isFenced = true
                if held.stopReason == nil { state.jobs[key]?.stopReason = .leaseLost }
                // What has run to its end only waits to be settled.
                if held.isOver { continue }
                fenced.append((key.id, held.run, held.fenceAt + Lease.margin(lease) <= time))
            }
        }
        for (_, run, leaseHasEnded) in fenced {
            if leaseHasEnded { run?.kill(.leaseLost) } else { run?.stop(.leaseLost, grace: Lease.grace(lease)) }
        }
        return fenced.map(\.id)
    }

    /// When the next job would have to be stopped.
    var nextFence: BootTime? { state.withLock { $0.jobs.values.lazy.filter { !$0.isFenced }.map(\.fenceAt).min() } }

    // A job that has taken a worker down runs alone among its kind: neighbours must not die with two of them.

    /// Reserves the place for such a job for the length of a claim. False when one runs, or may be on its way.
    func reserveSuspect() -> Bool {
        state.withLock { state in
            guard state.suspectClaims == 0, !state.jobs.values.contains(where: \.isSuspect) else { return false }
            state.suspectClaims = 1
            return true
        }
    }

    func releaseSuspect() {
        state.withLock { $0.suspectClaims = 0 }
    }
}

/// Times within a lease, on this worker's own clock. They count from when the claim or renewal was *sent*: the
/// server's lease can only have begun later.
enum Lease {
    /// What is kept free at the end of a lease, so that the job's processes are gone before another worker may have it.
    static func margin(_ lease: Duration) -> Duration { lease / 4 }

    /// From TERM to KILL for a job whose lease is being lost: must fit into the margin.
    static func grace(_ lease: Duration) -> Duration { lease / 6 }

    /// When a job must be stopped that was claimed or renewed by a request sent at this time.
    static func fence(sentAt: BootTime, lease: Duration) -> BootTime { sentAt + (lease - margin(lease)) }
}
