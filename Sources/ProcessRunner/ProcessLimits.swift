import CSpawn
import Glibc

/// How much of the machine a run may take, besides what limits the worker.
///
/// Each process of the tree has each limit for itself. One that cannot be set keeps the run from starting
/// (``SpawnFailure/Step/limits``): a worker that is not root cannot go beyond its own hard limits.
public struct ProcessLimits: Sendable, Equatable {
    /// The most address space in bytes (`RLIMIT_AS`). An allocation beyond it fails, which most programs do not survive. Programs
    /// that reserve far more than they use (Java, Go, sanitizers) need far more.
    public var memoryBytes: Int?
    /// The most CPU time in whole seconds (`RLIMIT_CPU`): `SIGXCPU` then, `SIGKILL` 5 s of CPU time later.
    public var cpuSeconds: Int?
    /// How much nicer than the worker, 0...19. The sum ends at 19.
    public var niceness: Int?
    /// The most descriptors (`RLIMIT_NOFILE`), 0, 1 and 2 included.
    public var openFiles: Int?

    /// Describes limits; what is not given (or not above 0) is as for the worker.
    public init(memoryBytes: Int? = nil, cpuSeconds: Int? = nil, niceness: Int? = nil, openFiles: Int? = nil) {
        self.memoryBytes = memoryBytes
        self.cpuSeconds = cpuSeconds
        self.niceness = niceness
        self.openFiles = openFiles
    }

    /// Whether a run over `cpuSeconds` ends like this. Said by the signal, or by a shell that passes on what became of its child.
    func isOverCPULimit(_ ending: ProcessResult.Ending, used: Duration) -> Bool {
        guard let cpuSeconds, cpuSeconds > 0 else { return false }
        if ending.isBySignal(SIGXCPU) { return true }
        // At the hard limit. With less on its account it was killed for something else.
        return ending.isBySignal(SIGKILL) && used >= .seconds(cpuSeconds)
    }
}

extension ProcessResult.Ending {
    /// Whether this signal ended the main process, or a child whose end the main process (a shell) made its own.
    func isBySignal(_ signal: Int32) -> Bool {
        self == .signalled(signal) || self == .exited(code: 128 + signal)
    }
}

extension ProcessLimits {
    /// What was being done when a limit could not be set.
    func attempt(_ step: UInt32) -> String {
        switch qc_step(step) {
        case QC_STEP_MEMORY: "cannot limit memory to \(memoryBytes ?? 0) bytes"
        case QC_STEP_CPU_SECONDS: "cannot limit CPU time to \(cpuSeconds ?? 0) s"
        case QC_STEP_OPEN_FILES: "cannot limit open files to \(openFiles ?? 0)"
        default: "cannot add \(niceness ?? 0) to the niceness"
        }
    }

    static func explain(_ errno: Int32) -> String? {
        errno == EPERM ? "operation not permitted (the worker's own limit is lower)" : nil
    }
}

extension qc_limits {
    init(_ limits: ProcessLimits) {
        func value(_ limit: Int?) -> UInt64 { UInt64(max(0, limit ?? 0)) }
        self.init(
            memory_bytes: value(limits.memoryBytes),
            cpu_seconds: value(limits.cpuSeconds),
            open_files: value(limits.openFiles),
            niceness: value(limits.niceness)
        )
    }
}
