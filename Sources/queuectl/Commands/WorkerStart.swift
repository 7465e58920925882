import ArgumentParser
import EmbeddedRedis
import Glibc
import QueueKit
import QueueWorker

struct WorkerStart: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Run jobs: one process, as many at once as --count says.",
        discussion: """
            Runs in the foreground and tells what it does, a line each. Ctrl-C or TERM lets running jobs finish and then
            ends; a second one stops them at once and puts them back. Ctrl-Z (TSTP) takes no new jobs, CONT takes them again.
            With Redis out of reach it waits and goes on by itself. It ends with 0 when it was stopped, or had done what
            --drain, --max-jobs or --max-idle ask for: whichever comes first.

            EXAMPLES:
              queuectl worker start --count 3
              queuectl worker start --count 3 --queue urgent --queue default
              queuectl worker start --count 3 --queue default:3 --queue mail:1
              queuectl worker start --count 3 --drain
              queuectl worker start --tasks tasks.yaml
              queuectl worker start --signing-keys keys --require-signature
              queuectl worker start --max-jobs 1000 --max-idle 5m
              queuectl worker start --count 3 --detach
            """.filled
    )

    @Option(name: [.long, .customShort("n")], parsing: .unconditional, help: "How many jobs to run at once.")
    var count = "1"

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "A queue to serve; repeatable: the first has precedence. With weights they share: mail:3. '*' for all there are now. (default: default)",
            valueName: "name[:weight]"
        )
    )
    var queue: [String] = []

    @Option(
        help: ArgumentHelp(
            "The tasks that it knows, and what jobs may ask for: see docs/tasks.md. Otherwise QUEUECTL_TASKS.",
            valueName: "path"
        ),
        completion: .file()
    )
    var tasks: String?

    @Flag(help: "Refuse jobs with a command of their own: only tasks of that file are run.")
    var tasksOnly = false

    @Option(
        help: ArgumentHelp(
            "Verify signed jobs by the keys in this file: docs/security.md. Alone it is for the change-over. Otherwise QUEUECTL_SIGNING_KEYS.",
            valueName: "path"
        ),
        completion: .file()
    )
    var signingKeys: String?

    @Flag(help: "Refuse jobs that are not signed: without it, whoever can write to Redis takes a signature away.")
    var requireSignature = false

    @OptionGroup var secrets: SecretOptions

    @Flag(help: "End once nothing is left to claim and nothing runs. Jobs that wait for a time are left.")
    var drain = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Take no more than so many jobs, then end when they have ended.", valueName: "n")
    )
    var maxJobs: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("End after so long without anything to do.", valueName: "duration")
    )
    var maxIdle: String?

    @Flag(help: "Run in the background; prints the process id and the log file.")
    var detach = false

    @Option(help: ArgumentHelp("Where a detached worker logs to.", valueName: "path"), completion: .file())
    var logFile: String?

    @Option(help: "How to log: text, or json for one object a line.")
    var logFormat = LogFormat.text

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("What running jobs get after Ctrl-C; otherwise as configured (25s).", valueName: "duration")
    )
    var shutdownTimeout: String?

    @OptionGroup var options: GlobalOptions

    enum LogFormat: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    func run(_ console: Console) async throws {
        let slots = try NumberOption.parse(count, "--count", 1...1000)
        let timeout = try shutdownTimeout.map {
            try DurationOption.parse($0, "--shutdown-timeout", atMost: .seconds(86_400))
        }
        let maxJobs = try maxJobs.map { try NumberOption.parse($0, "--max-jobs", 1...1_000_000_000) }
        let maxIdle = try maxIdle.map {
            try DurationOption.parse($0, "--max-idle", atLeast: .seconds(1), atMost: .seconds(30 * 86_400))
        }
        if detach { try TaskFileOption.requireFile(tasks) }
        let store = try secrets.store(environment: Environment.all)
        let rules = try TaskFileOption.rules(tasks, tasksOnly: tasksOnly, secrets: store)
        let signatures = try SigningKeysFile.policy(signingKeys, required: requireSignature)
        let session = try await Session(options)
        defer { session.redis.close() }
        let selection = try await QueueSelection(queue) { try await session.directory.queues() }
        try await WorkerRights.require(in: selection.queues, session)
        if detach { return try startDetached(slots, session, console) }

        var settings = WorkerOptions(queues: selection.queues, slots: slots, version: Version.number)
        settings.id = .ofThisProcess(onHost: Environment.value("QUEUECTL_HOST"))
        settings.order = selection.order
        settings.shutdownTimeout = timeout
        settings.drains = drain
        settings.maxJobs = maxJobs
        settings.maxIdle = maxIdle
        settings.signatures = signatures
        let log = WorkerLog(
            format: logFormat == .json || options.json ? .json : .text,
            slots: slots,
            worker: settings.id,
            queues: selection,
            redis: session.configuration.description,
            tasks: try TaskFileOption.named(tasks),
            isTasksOnly: tasksOnly,
            signatures: signatures,
            secrets: secrets.offer
        )
        try await Self.serve(settings, rules, session, log, console)
    }

    /// Runs a worker in this process until signals end it.
    private static func serve(
        _ settings: WorkerOptions,
        _ rules: JobRules,
        _ session: Session,
        _ log: WorkerLog,
        _ console: Console
    ) async throws {
        let worker = Worker(
            settings,
            redis: session.configuration,
            namespace: session.namespace,
            executor: try ProcessExecutor(environment: Environment.all, rules: rules),
            onEvent: { event in
                let now = Timestamp.now()
                if case .ready = event {
                    if let banner = log.banner(at: now) { console.print(banner) }
                    DetachedProcess.tellReady(settings.id.description)
                }
                if case .ready = event, log.format == .text {} else { console.print(log.line(event, at: now)) }
                console.flush()
            }
        )
        if session.configuration.tls?.verifies == false {
            console.print(log.line(log.insecure, at: Timestamp.now()))
            console.flush()
        }
        for problem in rules.missingSecrets {
            console.print(log.line(log.warning("no_secret", problem), at: Timestamp.now()))
            console.flush()
        }
        let stops = StopCount()
        try SignalWatch.start([SIGTERM, SIGINT, SIGTSTP, SIGCONT]) { number in
            switch number {
            case SIGTSTP: worker.quiet()
            case SIGCONT: worker.resume()
            default: worker.stop(stops.next() > 1 ? .now : .gracefully)
            }
        }
        try await worker.run()
    }

    private func startDetached(_ slots: Int, _ session: Session, _ console: Console) throws {
        let log = try logFile ?? Self.defaultLogFile()
        let arguments = CommandLine.arguments.dropFirst().filter { $0 != "--detach" }
        let started: DetachedProcess.Started
        do {
            started = try DetachedProcess.start(Array(arguments), log: log, waitAtMost: .seconds(5))
        } catch {
            throw Failure(.failed, "Cannot start a worker in the background: \(error)")
        }
        if console.isJSON {
            let members: [(String, JSONValue)] = [
                ("worker", .optional(started.told)), ("pid", .integer(Int(started.pid))), ("log", .string(log)),
            ]
            return console.print(.object(members.map(JSONMember.init)))
        }
        if console.isQuiet { return console.print(String(started.pid)) }
        let size = "with \(slots.of("slot"))"
        let worker =
            started.told.map { "worker \($0) \(size)" }
            ?? "a worker \(size), which waits for Redis at \(session.configuration)"
        console.print("Started \(worker)\n  pid  \(started.pid)\n  log  \(log)")
    }

    private static func defaultLogFile() throws -> String {
        let data = try EmbeddedServer.defaultDataDirectory(environment: .current)
        let folder = data + "/logs"
        try makeFolder(folder[...])
        return "\(folder)/worker-\(Timestamp.now().milliseconds)-\(getpid()).log"
    }

    /// Makes a folder and those above it: nothing else may have made the data folder yet.
    private static func makeFolder(_ path: Substring) throws(Failure) {
        if mkdir(String(path), 0o700) == 0 || errno == EEXIST { return }
        let problem = errno
        guard problem == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw Failure(
                .failed,
                "Cannot make the log folder \(path): \(String(cString: strerror(problem))). Give --log-file"
            )
        }
        try makeFolder(path[..<slash])
        if mkdir(String(path), 0o700) != 0 && errno != EEXIST {
            throw Failure(
                .failed,
                "Cannot make the log folder \(path): \(String(cString: strerror(errno))). Give --log-file"
            )
        }
    }
}
