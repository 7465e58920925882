import ProcessRunner
import QueueKit

/// Runs jobs as processes: a command by `/bin/sh -c`, an argv directly. It knows no tasks: those fail as `unknown_task`.
public final class ProcessExecutor: JobExecutor {
    /// How much output of a run waits in memory to be sent, however large the cap: what a run prints faster than ten
    /// times that a second has gaps.
    private static let bufferLimit = 1 << 20

    private let runner: ProcessRunner
    /// What every job is given of the worker's environment.
    private let inherited: [String: String]

    /// Starts what runs processes.
    ///
    /// - Parameter environment: the worker's own; jobs are given the harmless part of it (``JobEnvironment``).
    /// - Throws: ``WorkerError`` when the machine has no room for it.
    public init(environment: [String: String]) throws(WorkerError) {
        do {
            runner = try ProcessRunner()
        } catch {
            throw WorkerError("Cannot run processes: \(error)")
        }
        inherited = JobEnvironment.inherited(from: environment)
    }

    /// Begins to run a job.
    public func start(_ claimed: ClaimedJob, context: RunContext) -> any RunningJob {
        let job = claimed.job
        let program: ProcessSpec.Program
        switch job.command {
        case .shell(let text): program = .shell(text)
        case .argv(let words): program = .argv(words)
        case .task: return UnknownTask(job, worker: context.worker, known: "processes")
        case nil: program = .argv([])
        }
        var spec = ProcessSpec(
            program: program,
            environment: JobEnvironment.of(job, context: context, inherited: inherited)
        )
        spec.workingDirectory = job.cwd
        spec.standardInput = job.stdin.map { Array($0.utf8) }
        spec.outputLimit = min(context.configuration.outputCap, Self.bufferLimit)
        spec.onOutput = context.onOutput
        spec.timeout = job.timeout
        spec.grace = job.grace
        spec.limits = ProcessLimits(
            memoryBytes: job.memory,
            cpuSeconds: job.cpuSeconds,
            niceness: job.nice,
            openFiles: job.openFiles
        )
        let lines = ControlLines(context.reports)
        spec.control = .init(variable: JobEnvironment.control) { lines.add($0) }
        return ProcessRun(runner.start(spec), lines)
    }

    /// The thread that hears of the ends of runs: what is to be done then is done there and then.
    public var taskExecutor: (any TaskExecutor)? { runner.taskExecutor }

    /// Kills what still runs.
    public func shutdown() {
        runner.shutdown()
    }
}
