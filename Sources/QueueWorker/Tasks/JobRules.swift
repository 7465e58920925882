import ProcessRunner
import QueueKit

/// What a worker makes of a job before it runs it: by the tasks it knows, and by its policies.
public struct JobRules: Sendable {
    private let file: TaskFile?
    private let isTasksOnly: Bool
    private let secrets: SecretStore

    /// No rules: commands and argvs run as they are, and no task is known.
    public static let none = JobRules(nil)

    /// - Parameters:
    ///   - file: Tasks and policies.
    ///   - tasksOnly: Whether jobs with a command or an argv of their own are refused.
    ///   - secrets: Where the values of `env_from` are found.
    public init(_ file: TaskFile?, tasksOnly: Bool = false, secrets: SecretStore = .none) {
        self.file = file
        isTasksOnly = tasksOnly
        self.secrets = secrets
    }

    /// What is missing for tasks, and will not come: a line each.
    public var missingSecrets: [String] {
        (file?.tasks ?? [:]).sorted { $0.key < $1.key }.flatMap { name, task in
            task.environmentFrom.sorted { $0.key < $1.key }.filter { secrets.lacks($0.value) }.map {
                "the task \(name) cannot run: \($0.key) is to come from \($0.value), and the worker has no such variable"
            }
        }
    }

    /// What is to be run, in which surroundings.
    struct Plan: Sendable {
        /// A shell command or an argv.
        var command: JobCommand
        var cwd: String?
        var timeout: Duration?
        /// The variables that the job, or its task, sets.
        var environment: [String: String] = [:]
        /// Those of them whose values nobody else is to see.
        var secrets: [String: String] = [:]
        var user: UserAccount?
        /// The retries that the task allows.
        var maxRetries: Int?

        var program: ProcessSpec.Program {
            switch command {
            case .shell(let text): .shell(text)
            case .argv(let words): .argv(words)
            case .task: .argv([])
            }
        }
    }

    /// Why a job is not run.
    enum Refusal: Error, Sendable {
        /// This worker knows no such task; another one may.
        case unknown(String)
        /// The arguments do not fit.
        case arguments(String)
        /// What it needs is not there now.
        case unavailable(String)
        /// A value that `env_from` names cannot be had now.
        case noSecret(String)
        /// A rule forbids it.
        case forbidden(rule: String, String)
    }

    /// Whether a decision may take its time: it looks at files, or at texts with a pattern.
    func mayBlock(_ job: Job) -> Bool {
        if !job.envFrom.isEmpty { return true }
        if case .task(let name, _)? = job.command, file?.tasks[name]?.mayBlock == true { return true }
        return job.cwd != nil && file?.policy(of: job.queue).cwdRoot != nil
    }

    /// Decides. Looks at the file system where a path has to stay below a folder, and reads the values of `env_from`.
    func plan(for job: Job) throws(Refusal) -> Plan {
        var plan = try command(of: job)
        if let policy = file?.policy(of: job.queue) {
            try apply(policy, to: &plan, of: job)
        } else {
            plan.environment = job.env
            plan.cwd = job.cwd
        }
        try addSecrets(to: &plan, of: job)
        return plan
    }

    private func apply(_ policy: JobPolicy, to plan: inout Plan, of job: Job) throws(Refusal) {
        let isTask = if case .task? = job.command { true } else { false }
        if !isTask { try check(plan.command, policy) }
        for name in (Array(job.env.keys) + job.envFrom.keys).sorted()
        where !policy.allows(variable: name, isTask: isTask) {
            throw .forbidden(rule: "env", "it may not set the variable \(TerminalText.quotedForMessage(name))")
        }
        for (name, reference) in job.envFrom.sorted(by: { $0.key < $1.key }) where !policy.allows(secret: reference) {
            throw .forbidden(rule: "secrets", "\(name) may not come from \(reference)")
        }
        plan.environment.merge(job.env) { _, own in own }
        plan.timeout = try timeout(job.timeout ?? plan.timeout, policy)
        if let cwd = job.cwd { plan.cwd = try self.cwd(cwd, policy, isTask: isTask) }
        if plan.cwd == nil { plan.cwd = policy.cwdRoot }
        plan.user = policy.user
    }

    /// Last, so that no secret is read for a job that is not run.
    private func addSecrets(to plan: inout Plan, of job: Job) throws(Refusal) {
        if case .task(let name, _)? = job.command {
            for (name, reference) in file?.tasks[name]?.environmentFrom ?? [:] where job.env[name] == nil {
                plan.secrets[name] = try secrets.taskValue(of: reference, for: name)
            }
        }
        for (name, reference) in job.envFrom {
            plan.secrets[name] = try secrets.value(of: reference, for: name)
        }
        plan.environment.merge(plan.secrets) { _, secret in secret }
    }

    private func command(of job: Job) throws(Refusal) -> Plan {
        switch job.command {
        case .shell?, .argv?:
            if isTasksOnly {
                throw .forbidden(rule: "tasks_only", "it has a command of its own, and only tasks are run")
            }
            return Plan(command: job.command ?? .argv([]), timeout: job.timeout)
        case nil: return Plan(command: .argv([]))
        case .task(let name, _)?:
            guard let task = file?.tasks[name] else { throw .unknown(known) }
            let argv: [String]
            do throws(TaskTemplate.Problem) {
                argv = try task.argv(job.arguments)
            } catch {
                let place = "args.\(TerminalText.shorten(TerminalText.escape(error.name), to: 80))"
                let problem = "the task \(name): \(place) \(error.text)"
                throw error.isTransient ? .unavailable(problem) : .arguments(problem)
            }
            if job.stdin != nil, !task.takesStdin {
                throw .forbidden(rule: "stdin", "the task \(name) takes none, and the job brings one")
            }
            return Plan(
                command: .argv(argv),
                cwd: task.cwd,
                timeout: task.timeout,
                environment: task.environment,
                maxRetries: task.maxRetries
            )
        }
    }

    /// What a worker with these rules runs, for messages.
    private var known: String {
        guard let file, !file.names.isEmpty else { return "processes" }
        let names = file.names.map(TerminalText.quotedForMessage).joined(separator: ", ")
        return TerminalText.shorten((isTasksOnly ? "" : "processes and ") + "the tasks \(names)", to: 200)
    }

    private func check(_ command: JobCommand, _ policy: JobPolicy) throws(Refusal) {
        switch command {
        case .shell:
            if !policy.allowsShell { throw .forbidden(rule: "shell", "shell commands are not run") }
        case .argv(let words):
            let program = words.first ?? ""
            guard policy.allows(program: program) else {
                throw .forbidden(
                    rule: "commands",
                    "the program \(TerminalText.quotedForMessage(program)) is not among those that are run"
                )
            }
        case .task: break
        }
    }

    private func timeout(_ asked: Duration?, _ policy: JobPolicy) throws(Refusal) -> Duration? {
        guard let most = policy.maxTimeout else { return asked }
        guard let asked else { return most }
        guard asked <= most else {
            let problem =
                "its timeout is \(DurationText.format(asked)), and \(DurationText.format(most)) is the longest"
            throw .forbidden(rule: "max_timeout", problem)
        }
        return asked
    }

    private func cwd(_ cwd: String, _ policy: JobPolicy, isTask: Bool) throws(Refusal) -> String {
        guard let root = policy.cwdRoot else {
            if isTask {
                throw .forbidden(rule: "cwd", "a task runs where its file says; cwd_root would let jobs choose")
            }
            return cwd
        }
        switch RootedPath.resolve(cwd, below: root, mustExist: true) {
        case .success(let resolved): return resolved
        case .failure(let problem):
            let text = "its cwd \(TerminalText.quotedForMessage(cwd)) \(problem.text)"
            throw problem.isTransient ? .unavailable(text) : .forbidden(rule: "cwd_root", text)
        }
    }
}
