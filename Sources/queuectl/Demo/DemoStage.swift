import Glibc
import ProcessRunner
import QueueKit
import RedisClient

/// Where the demonstration plays: a temporary folder, a private Redis, and this very program run for real.
final class DemoStage: Sendable {
    /// The folder for what the jobs make; removed in the end.
    let folder: String
    private let program: String
    private let environment: [String: String]
    private let runner: ProcessRunner
    private let console: Console
    private let queue: JobQueue

    init(redis: RedisConfiguration, socket: String, folder: String, console: Console) throws {
        var buffer = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard length > 0 else { throw Failure(.failed, "Cannot find this program's own path in /proc/self/exe") }
        program = String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        var environment = Environment.all
        environment["QUEUECTL_REDIS_URL"] = "unix://\(socket)"
        environment["QUEUECTL_NAMESPACE"] = nil
        environment["COLUMNS"] = String(console.out.columns)
        if console.out.hasColor { environment["FORCE_COLOR"] = "1" }
        self.environment = environment
        self.folder = folder
        self.console = console
        do {
            runner = try ProcessRunner()
        } catch {
            throw Failure(.failed, "Cannot run processes: \(error)")
        }
        queue = JobQueue(.default, redis: RedisConnection(redis))
    }

    func say(_ text: String) {
        console.print("\n" + console.styled(text, .bold))
        console.flush()
    }

    /// Runs a command of queuectl as a person would, and shows it with what it prints.
    func show(_ arguments: [String], shown: String? = nil) async throws {
        console.print("$ queuectl \(shown ?? arguments.joined(separator: " "))")
        let result = await runner.start(ProcessSpec(program: .argv([program] + arguments), environment: environment))
            .result()
        for stream in [result.output.standardError, result.output.standardOutput] {
            console.print(raw: String(decoding: stream.bytes, as: UTF8.self))
        }
        console.flush()
        guard result.isSuccess else { throw Failure(.failed, "The demonstration failed at: queuectl \(arguments[0])") }
    }

    /// Starts a worker process that lives as long as the stage.
    func startWorker(_ number: Int, slots: Int) -> RunningProcess {
        let line = "exec \"$0\" worker start --count \(slots) >> \"$1\" 2>&1"
        let spec = ProcessSpec(
            program: .argv(["/bin/sh", "-c", line, program, log(number)]),
            environment: environment
        )
        return runner.start(spec)
    }

    /// Where a worker writes what it does.
    func log(_ number: Int) -> String { "\(folder)/worker-\(number).log" }

    /// Waits until every job has come to an end, and returns the counts.
    func waitUntilIdle() async throws -> [JobState: Int] {
        let deadline = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < deadline {
            let jobs = try await queue.status(heartbeat: .seconds(10)).jobs
            let open = JobState.allCases.filter { !$0.isFinal }.reduce(0) { $0 + (jobs[$1] ?? 0) }
            if open == 0 { return jobs }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Failure(.failed, "The jobs of the demonstration did not end within two minutes")
    }

    /// Ends all that was started here.
    func close() {
        runner.shutdown()
    }
}
