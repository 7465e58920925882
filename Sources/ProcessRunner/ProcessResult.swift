import Glibc

/// Why a run was stopped before it ended by itself.
public enum StopReason: UInt32, Sendable {
    // The raw values travel to the minder and back; 1 is its own.
    /// It ran longer than ``ProcessSpec/timeout``.
    case timeout = 1
    /// Somebody cancelled it.
    case cancelled = 2
    /// The worker's lease on the job ended.
    case leaseLost = 3
    /// The worker shuts down.
    case shutdown = 4
}

/// What became of a run.
public struct ProcessResult: Sendable {
    /// How the main process ended.
    public enum Ending: Sendable, Equatable {
        /// It exited with this code, 0...255.
        case exited(code: Int32)
        /// It was killed by this signal.
        case signalled(Int32)
        /// It never ran.
        case notStarted(SpawnFailure)
        /// The process that watched it was killed (by the run itself, or from outside). How the run would have ended is
        /// unknown; what there was of it has been killed.
        case lost
    }

    /// How the main process ended.
    public var ending: Ending
    /// The number the main process had. `nil` if it never ran, or was lost before it was known.
    public var pid: pid_t?
    /// Why it was stopped, or `nil` if it ended before anybody's stop reached it.
    public var stopReason: StopReason?
    /// Whether it died of a `SIGKILL` that was not ours (or the shell says so of its child: code 137), while the kernel has killed
    /// a process for want of memory: in the worker's control group where that can be told, else on this machine.
    public var isOutOfMemory: Bool
    /// Whether it died of having used up ``ProcessLimits/cpuSeconds``: by `SIGXCPU` (or the shell says so of its child: code
    /// 152), or by `SIGKILL` some seconds later.
    public var isOverCPULimit: Bool
    /// What it wrote that was not taken before, see ``RunningProcess/takeOutput()``.
    public var output: CapturedOutput
    /// How many processes it left behind, which did not end by themselves within 100 ms and are being ended: TERM, grace, KILL.
    public var leftoverProcesses: Int
    /// From the fork to the end of the main process, suspended time included.
    public var duration: Duration
    /// CPU time in user mode of the main process and of the descendants that had ended by then.
    public var userTime: Duration
    /// CPU time in the kernel of the main process and of the descendants that had ended by then.
    public var systemTime: Duration
    /// The largest resident size that one process of the tree reached, in bytes.
    public var maxResidentBytes: Int

    /// Whether the main process exited with code 0.
    public var isSuccess: Bool { ending == .exited(code: 0) }
}
