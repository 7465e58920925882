import QueueKit

/// Everything that `doctor` has found, and what it has repaired.
struct Examination: Sendable {
    /// The server, without its password.
    let redis: String
    let namespace: String
    /// The server's time.
    let now: Timestamp
    /// The queues that were named; none if all were to be checked.
    let named: [QueueName]
    let server: CheckReport
    let workers: CheckReport
    private(set) var queues: [QueueReport] = []

    /// Checks everything, and repairs what is safe if it is to.
    ///
    /// - Parameters:
    ///   - named: the queues to check; none means all.
    ///   - role: what the user is to have the rights for.
    init(
        _ session: Session,
        _ named: [QueueName],
        as role: UserRole,
        repairs: Bool,
        _ console: Console
    ) async throws {
        redis = session.configuration.description
        namespace = session.namespace
        let directory = session.directory
        self.named = named
        try await session.require(named, attempting: "check")
        let queues = named.isEmpty ? try await session.queuesAsTheyAre(nil) : named.map(directory.queue)
        let names = queues.map(\.name)
        now = try await session.now()
        var serverCheck = ServerCheck(directory)
        server = try await serverCheck.run(names, as: role)
        let configuration = try await Self.configuration(directory)
        var workerCheck = WorkerCheck(directory, names)
        workers = try await workerCheck.run(configuration)
        for queue in queues {
            self.queues.append(try await Self.check(queue, configuration, repairs: repairs, console))
        }
    }

    /// The settings in force; the defaults where the user may not read them, which is a finding already.
    private static func configuration(_ directory: QueueDirectory) async throws(QueueError) -> QueueConfiguration {
        do {
            return try await directory.configuration()
        } catch  where error.code == .forbidden {
            return QueueConfiguration()
        }
    }

    private static func check(
        _ queue: JobQueue,
        _ configuration: QueueConfiguration,
        repairs: Bool,
        _ console: Console
    ) async throws -> QueueReport {
        var progress = Progress("checked in \"\(queue.name)\":", on: console)
        defer { progress.end() }
        return try await queue.check(configuration: configuration, repairs: repairs) { progress.advance(by: $0) }
    }

    /// All findings, the server's first.
    var findings: [Finding] { server.findings + workers.findings + queues.flatMap(\.findings) }

    /// All that was repaired.
    var repaired: [Finding] { queues.flatMap(\.repaired) }

    /// Whether nothing is wrong. Notes are allowed.
    var isHealthy: Bool { findings.allSatisfy { $0.severity == .note } }
}
