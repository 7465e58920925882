import ProcessRunner
import QueueKit

/// Runs jobs for a worker: as processes, or in process.
public protocol JobExecutor: Sendable {
    /// Begins to run a job. Must not block: what takes its time is waited for. What keeps it from beginning is told by the result.
    func start(_ job: ClaimedJob, context: RunContext) async -> any RunningJob

    /// Ends everything at once; nothing may run on when this returns.
    func shutdown()

    /// Where the worker's own tasks for its jobs are to run: best where the ends of runs become known. Nil, as it is
    /// unless something else is said: on the pool.
    var taskExecutor: (any TaskExecutor)? { get }
}

extension JobExecutor {
    /// Nil.
    public var taskExecutor: (any TaskExecutor)? { nil }
}

/// What a run is told of its place.
public struct RunContext: Sendable {
    /// The worker that runs it.
    public let worker: WorkerID
    /// Which of the worker's slots it takes, from 0.
    public let slot: Int
    /// The configuration in force.
    public let configuration: QueueConfiguration
    /// To be called when the run has printed something to take and had not before. On any thread; returns at once.
    public let onOutput: @Sendable () -> Void
    let reports: RunReports
    /// Why the run is not to be begun any more, if that came up while it was being prepared.
    let obstacle: @Sendable () -> StopReason?

    /// Takes what the run tells of itself: ``QueueKit/RunNote``. From any thread, as often as it likes; returns at once.
    ///
    /// Progress is seen while the job runs, the rest counts when the run is over; what is told after that is dropped. A note
    /// that is malformed is left out, and the worker tells of the first one of a run (``WorkerEvent/noteRefused(_:_:)``).
    public func report(_ note: RunNote) {
        reports.add(note)
    }
}

/// A job that is being run. It can be stopped from any thread, also when the cooperative pool is starved.
public protocol RunningJob: Sendable {
    /// Waits for the end of the run.
    func result() async -> RunResult

    /// Asks the run to end, and makes it end after the grace (the job's own unless given). Returns at once.
    func stop(_ reason: StopReason, grace: Duration?)

    /// Ends the run at once. Returns at once.
    func kill(_ reason: StopReason)

    /// Hands over what the run has printed since it was asked last. Returns at once.
    func takeOutput() -> [OutputChunk]

    /// Sends a signal to the run's process group. Returns at once. A run that is no process takes none.
    func signal(_ number: Int32)

    /// Halts the run, its timeout included, until it is resumed or stopped. Returns at once. Called again it does nothing. A run
    /// that is no process goes on.
    func pause()

    /// Lets a paused run go on. Returns at once. Called again it does nothing.
    func resume()
}

extension RunningJob {
    /// Hands over nothing: what the run prints comes with its result, or not at all.
    public func takeOutput() -> [OutputChunk] { [] }
}

/// How a run ended.
public struct RunResult: Sendable {
    /// The kinds of ending.
    public enum Ending: Sendable, Hashable {
        /// A handler did what it was to do.
        case succeeded
        /// A process exited with this code; what it means is for the job to say.
        case exited(Int32)
        /// A signal ended the process.
        case signalled(Int32)
        /// What watched the process was killed, and the process with it.
        case lost
        /// A handler threw an error, described here.
        case threw(String)
        /// It could not be started, for this reason.
        case notStarted(String)
        /// A value that its `env_from` names could not be had, for this reason.
        case noSecret(String)
        /// This worker does not know how to do it, for this reason; another one may.
        case unknownTask(String)
        /// The worker must not run it, whatever is tried: a word for programs, and the reason.
        case refused(reason: String, String)
        /// The machine has no room to start anything: the job is not to blame.
        case exhausted(String)
    }

    /// How it ended.
    public var ending: Ending
    /// The number its main process had; `nil` if there was none.
    public var pid: Int32?
    /// Why the worker stopped it, if it did.
    public var stopReason: StopReason?
    /// Whether the kernel killed it for want of memory. The ending is a signal or an exit code then.
    public var isOutOfMemory = false
    /// Whether it was killed for having used up its CPU time. The ending is a signal or an exit code then.
    public var isOverCPULimit = false
    /// What it printed that was not taken before.
    public var output = CapturedOutput()
    /// The last line it printed on standard error, for the error message.
    public var lastErrorLine: String?
    /// What was measured, a JSON object.
    public var usage: String?
    /// How long it ran.
    public var duration: Duration
    /// How long it was allowed to, if that was limited.
    public var timeout: Duration?
    /// The retries that are allowed, for a job that asks for more.
    public var maxRetries: Int?
    /// What it told of itself; the worker fills it in from what was given to ``RunContext/report(_:)``.
    public internal(set) var notes = RunNotes()

    /// Makes a result without output or measurements.
    public init(ending: Ending, stopReason: StopReason? = nil, duration: Duration = .zero) {
        self.ending = ending
        self.stopReason = stopReason
        self.duration = duration
    }
}
