import ProcessRunner
import QueueKit

/// Runs jobs as processes: a command by `/bin/sh -c`, an argv directly, a task by the argv that a ``TaskFile`` has for it.
public final class ProcessExecutor: JobExecutor {
    /// How much output of a run waits in memory to be sent, however large the cap: what a run prints faster than ten
    /// times that a second has gaps.
    private static let bufferLimit = 1 << 20

    private let runner: ProcessRunner
    /// What every job is given of the worker's environment.
    private let inherited: [String: String]
    private let rules: JobRules
    private let files = BlockingWork()

    /// Starts what runs processes.
    ///
    /// - Parameters:
    ///   - environment: the worker's own; jobs are given the harmless part of it (``JobEnvironment``).
    ///   - rules: the tasks that it knows, and what jobs may ask for.
    /// - Throws: ``WorkerError`` when the machine has no room for it.
    public init(environment: [String: String], rules: JobRules = .none) throws(WorkerError) {
        do {
            runner = try ProcessRunner()
        } catch {
            throw WorkerError("Cannot run processes: \(error)")
        }
        inherited = JobEnvironment.inherited(from: environment)
        self.rules = rules
    }

    /// Begins to run a job.
    public func start(_ claimed: ClaimedJob, context: RunContext) async -> any RunningJob {
        let job = claimed.job
        let plan: JobRules.Plan
        do throws(JobRules.Refusal) {
            plan = try await self.plan(for: job)
        } catch {
            return NoRun(error, of: job, worker: context.worker)
        }
        if let reason = context.obstacle() { return NoRun(reason) }
        let secrets = SecretValues(plan.secrets)
        for name in secrets?.tooShort ?? [] { context.reports.warnOfShortSecret(name) }
        var spec = ProcessSpec(
            program: plan.program,
            environment: JobEnvironment.of(
                job,
                setting: plan.environment,
                context: context,
                inherited: plan.user?.environment(from: inherited) ?? inherited
            )
        )
        spec.identity = plan.user?.identity
        // The worker's own folder is not one that another user has any business in.
        spec.workingDirectory = plan.cwd ?? (spec.identity == nil ? nil : "/")
        spec.standardInput = job.stdin.map { Array($0.utf8) }
        spec.outputLimit = min(context.configuration.outputCap, Self.bufferLimit)
        spec.outputFilter = RunFilter.maker(secrets, context.configuration.redact)
        spec.onOutput = context.onOutput
        spec.timeout = plan.timeout
        spec.grace = job.grace
        spec.limits = ProcessLimits(
            memoryBytes: job.memory,
            cpuSeconds: job.cpuSeconds,
            niceness: job.nice,
            openFiles: job.openFiles
        )
        let lines = ControlLines(context.reports, hiding: secrets)
        spec.control = .init(variable: JobEnvironment.control) { lines.add($0) }
        return ProcessRun(runner.start(spec), lines, plan)
    }

    /// Decides what is to be run: right here if that takes no time, as it does for most jobs.
    private func plan(for job: Job) async throws(JobRules.Refusal) -> JobRules.Plan {
        guard rules.mayBlock(job) else { return try rules.plan(for: job) }
        let decision = await files.run { [rules] in
            Result { () throws(JobRules.Refusal) in try rules.plan(for: job) }
        }
        guard let decision else { throw .unavailable("the worker's file system did not answer in time") }
        return try decision.get()
    }

    /// The thread that hears of the ends of runs: what is to be done then is done there and then.
    public var taskExecutor: (any TaskExecutor)? { runner.taskExecutor }

    /// Kills what still runs.
    public func shutdown() {
        runner.shutdown()
    }
}
