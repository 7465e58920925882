import ProcessRunner
import QueueKit

/// Runs jobs as processes: a command by `/bin/sh -c`, an argv directly.
public final class ProcessExecutor: JobExecutor {
    private let runner: ProcessRunner
    private let environment: [String: String]

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
        self.environment = environment
    }

    /// Begins to run a job.
    public func start(_ claimed: ClaimedJob, context: RunContext) -> any RunningJob {
        let job = claimed.job
        let program: ProcessSpec.Program =
            switch job.command {
            case .shell(let text): .shell(text)
            case .argv(let words): .argv(words)
            case nil: .argv([])
            }
        var spec = ProcessSpec(
            program: program,
            environment: JobEnvironment.of(job, context: context, inherited: environment)
        )
        spec.workingDirectory = job.cwd
        spec.standardInput = job.stdin.map { Array($0.utf8) }
        spec.outputLimit = context.configuration.outputCap
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
        return ProcessRun(process: runner.start(spec), lines: lines)
    }

    /// Kills what still runs.
    public func shutdown() {
        runner.shutdown()
    }
}

private struct ProcessRun: RunningJob {
    let process: RunningProcess
    let lines: ControlLines

    func result() async -> RunResult {
        let result = await process.result()
        lines.end()
        return RunResult(result)
    }

    func stop(_ reason: StopReason, grace: Duration?) {
        process.stop(reason, grace: grace)
    }

    func kill(_ reason: StopReason) {
        process.kill(reason)
    }

    func signal(_ number: Int32) {
        process.signal(number)
    }

    func pause() {
        process.pause()
    }

    func resume() {
        process.resume()
    }
}
