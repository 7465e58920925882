import CSpawn
import Glibc

/// The guardian, its minders, and the runs they work on. Touched under one lock.
struct MinderTable {
    private struct Minder {
        let guardian: pid_t
        /// 0 when it is free.
        var run: UInt32
        /// The run's control pipe, kept until nothing of the run is left; -1 if there is none.
        var control: Int32 = -1
        /// Whether it has said that it exists.
        var isReady = false
    }

    /// Free minders beyond these are let go. One costs some 40 KiB of kernel memory.
    private static let idleLimit = 64

    private var guardian: qc_guardian?
    private var minders: [Int32: Minder] = [:]
    /// The last one used is the next: its memory is warm.
    private var idle: [Int32] = []
    var pipes = ControlPipes()
    private(set) var runs: [UInt32: RunningProcess] = [:]
    private var lastRun: UInt32 = 0
    var isClosed = false
    private let groups: GroupBase?
    /// The groups of guardians.
    private var groupOf: [pid_t: String] = [:]

    /// - Parameter groups: Where guardians have their control groups, if there is such a place.
    init(groups: GroupBase?) {
        self.groups = groups
    }

    mutating func nextRun() -> UInt32 {
        repeat { lastRun &+= 1 } while lastRun == 0 || runs[lastRun] != nil
        return lastRun
    }

    /// Throws once the runner is shut down.
    func checkIsOpen() throws(SpawnFailure) {
        guard isClosed else { return }
        throw SpawnFailure(.shutdown, ESHUTDOWN, "cannot start", reason: "the runner is shut down")
    }

    /// Starts a guardian if there is none.
    mutating func ensureGuardian(_ poller: Poller) throws(SpawnFailure) -> qc_guardian {
        if let guardian { return guardian }
        var new = qc_guardian()
        let group = groups?.make()
        let result = qc_guardian_start(&new, group)
        guard result == 0 else {
            if let group { rmdir(group) }
            throw SpawnFailure(.guardian, -result, "cannot start the guardian")
        }
        guardian = new
        groupOf[new.pid] = group
        try poller.add(new.pidfd, .guardian(new.pid))
        return new
    }

    /// Gives a run, with its control pipe or -1, to a minder: `send` gets its descriptor, and answers 0 or a negated errno.
    mutating func assign(
        _ run: RunningProcess,
        control: Int32,
        _ poller: Poller,
        send: (Int32) -> Int32
    ) throws(SpawnFailure) {
        // A minder or guardian that was killed a moment ago may still be in the table. Three killed in a row is no accident.
        var result: Int32 = 0
        for _ in 0..<3 {
            let minder = if let free = idle.popLast() { free } else { try open(poller) }
            minders[minder]?.run = run.id
            runs[run.id] = run
            result = send(minder)
            if result == 0 {
                minders[minder]?.control = control
                return
            }
            runs[run.id] = nil
            // A dead one stays, as busy, until its end of file is seen. A living one can be used again.
            if result == -EPIPE || result == -ECONNRESET { continue }
            minders[minder]?.run = 0
            idle.append(minder)
            throw SpawnFailure(.descriptors, -result, "cannot hand the run to a minder")
        }
        // That is how it looks when the guardian may not fork: nothing that the command is to blame for.
        throw SpawnFailure(.guardian, EAGAIN, "cannot start a minder")
    }

    private mutating func open(_ poller: Poller) throws(SpawnFailure) -> Int32 {
        var minder: Int32 = -EPIPE
        for _ in 0..<2 where minder < 0 {
            let guardian = try ensureGuardian(poller)
            minder = qc_minder_open(guardian.control)
            if minder == -EPIPE || minder == -ECONNRESET { guardianEnded(guardian.pid) }
        }
        guard minder >= 0 else { throw SpawnFailure(.guardian, -minder, "cannot ask the guardian for a minder") }
        do throws(SpawnFailure) {
            try poller.add(minder, .minder(minder))
        } catch {
            close(minder)
            throw error
        }
        minders[minder] = Minder(guardian: guardian?.pid ?? 0, run: 0)
        return minder
    }

    /// Takes the run out that a minder is working on, if it has not been taken out yet, and parts the two. The control pipe
    /// (-1: none) stays with the minder.
    mutating func endRun(of minder: Int32) -> (run: RunningProcess?, control: Int32) {
        guard let entry = minders[minder] else { return (nil, -1) }
        let run = runs.removeValue(forKey: entry.run)
        run?.disconnect()
        return (run, entry.control)
    }

    mutating func setReady(_ minder: Int32) {
        minders[minder]?.isReady = true
    }

    /// Whether it may have begun a run. Else it never existed: its guardian was killed before it could make it.
    func isReady(_ minder: Int32) -> Bool {
        minders[minder]?.isReady ?? false
    }

    /// A minder has nothing left to do. The control pipe, which has been emptied, can have another run too.
    mutating func release(_ minder: Int32) {
        guard let entry = minders[minder] else { return }
        minders[minder]?.run = 0
        if entry.control >= 0 { pipes.release(entry.control) }
        minders[minder]?.control = -1
        if entry.guardian == guardian?.pid && idle.count < Self.idleLimit {
            idle.append(minder)
        } else {
            forget(minder)
        }
    }

    /// The machine has no process left: those that do nothing make room for others.
    mutating func releaseIdle() {
        for minder in idle { forget(minder) }
    }

    /// Lets a minder go, which kills what it watches.
    mutating func forget(_ minder: Int32) {
        guard let entry = minders.removeValue(forKey: minder) else { return }
        if entry.control >= 0 { pipes.retire(entry.control) }
        idle.removeAll { $0 == minder }
        close(minder)
        endGroup(of: entry.guardian)
    }

    /// Does what a guardian that was killed did not get to, when none of its minders is needed any more. If a minder was killed
    /// with it there may be processes that nobody watches.
    private mutating func endGroup(of pid: pid_t) {
        guard pid != guardian?.pid, !minders.values.contains(where: { $0.guardian == pid }) else { return }
        if let group = groupOf.removeValue(forKey: pid) { groups?.end([group]) }
    }

    /// A guardian was killed. Its minders go on with what they are doing, and are not used again.
    mutating func guardianEnded(_ pid: pid_t) {
        guard var ended = guardian, ended.pid == pid else { return }
        guardian = nil
        qc_guardian_reap(&ended, 0)
        for minder in idle { forget(minder) }
        endGroup(of: pid)
    }

    /// Ends guardian and minders, and with them everything they watch.
    mutating func closeAll(milliseconds: Int32) {
        for minder in Array(minders.keys) { forget(minder) }
        defer { pipes.closeAll() }
        guard var last = guardian else { return }
        guardian = nil
        qc_guardian_reap(&last, milliseconds)
    }
}
