import Foundation
import QueueKit
import RedisClient
import Synchronization
import TestSupport

/// One Redis, one queue, and as many processes of the real binary as a test wants.
package final class Fleet: Sendable {
    package let server: RedisServer
    package let redis: RedisConnection
    package let queue: JobQueue
    package let namespace: String
    /// For what jobs leave behind.
    package let folder: TemporaryFolder
    package let configuration: QueueConfiguration
    /// How everybody gets to the server.
    private let address: RedisConfiguration
    private let started = Mutex<[WorkerProcess]>([])

    /// The variable that marks all processes of this fleet. Jobs get it too, as a locale setting.
    private var mark: String { "LC_FLEET=\(namespace)." }

    package convenience init(_ options: RedisServer.Options, settings: [ConfigurationKey: String]) async throws {
        let server = try RedisServer(options)
        try await self.init(server, reachedBy: server.configuration, settings: settings)
    }

    /// - Parameter address: How everybody gets to the queue: it need not be on this very server for ever.
    package init(
        _ server: RedisServer,
        reachedBy address: RedisConfiguration,
        settings: [ConfigurationKey: String]
    ) async throws {
        self.server = server
        self.address = address
        redis = RedisConnection(address)
        namespace = RedisServer.uniqueName("fleet\(getpid())_")
        folder = try TemporaryFolder()
        let directory = QueueDirectory(namespace: namespace, redis: redis)
        for (key, value) in settings { try await directory.set(key, to: try key.canonical(value)) }
        queue = directory.queue(.default)
        configuration = try await directory.register([.default])
    }

    /// Starts a worker process and waits until it is ready.
    @discardableResult
    package func start(
        count: Int = 1,
        redis: RedisConfiguration? = nil,
        fault: String? = nil,
        host: String? = nil,
        under wrapper: [String] = [],
        _ arguments: String...
    ) async throws -> WorkerProcess {
        let worker = try launch(count: count, redis: redis, fault: fault, host: host, under: wrapper, arguments)
        try await worker.waitForLog("ready")
        return worker
    }

    /// Starts a worker process, by way of a command that ends in becoming it.
    package func launch(
        count: Int = 1,
        redis: RedisConfiguration? = nil,
        fault: String? = nil,
        host: String? = nil,
        under wrapper: [String] = [],
        _ arguments: [String] = []
    ) throws -> WorkerProcess {
        let log = "\(folder.path)/worker-\(started.withLock { $0.count }).log"
        let words = ["worker", "start", "--log-format", "json", "--count", String(count)] + arguments
        let variables =
            (fault.map { ["QUEUECTL_FAULT=\($0)"] } ?? []) + (host.map { ["QUEUECTL_HOST=\($0)"] } ?? [])
        let worker = WorkerProcess(try command(words, redis: redis, variables + wrapper, output: log), log: log)
        started.withLock { $0.append(worker) }
        return worker
    }

    /// Runs another command of the binary, and returns its exit code.
    package func run(_ words: String..., within limit: Duration = .seconds(20)) async throws -> Int32 {
        let process = try command(words, output: "\(folder.path)/output")
        try await waitUntil("\(words) ends", within: limit) { process.exitCode != nil }
        return process.exitCode ?? 0
    }

    /// Starts a command of the binary, with its output in a file.
    package func command(
        _ words: [String],
        redis: RedisConfiguration? = nil,
        _ prefix: [String] = [],
        output: String
    ) throws -> ChildProcess {
        let place = redis ?? address
        let own =
            ["QUEUECTL_REDIS_URL=\(place.description)", "QUEUECTL_NAMESPACE=\(namespace)", mark] + Self.files(place)
        return try ChildProcess(["env"] + own + prefix + [Self.binary] + words, output: output)
    }

    /// The variables for what no URL is told of.
    private static func files(_ place: RedisConfiguration) -> [String] {
        let files = [("CA", place.tls?.authorities), ("CERT", place.tls?.certificate), ("KEY", place.tls?.key)]
        return files.compactMap { name, file in file.map { "QUEUECTL_TLS_\(name)=\($0)" } }
    }

    /// Starts several and waits until all are ready.
    package func start(_ workers: Int, count: Int) async throws -> [WorkerProcess] {
        let all = try (0..<workers).map { _ in try launch(count: count) }
        for worker in all { try await worker.waitForLog("ready", within: .seconds(60)) }
        return all
    }

    /// Adds jobs and returns their ids.
    @discardableResult
    package func enqueue(_ commands: [String], _ change: (Int, inout JobDocument) -> Void = { _, _ in }) async throws
        -> [JobID]
    {
        var ids: [JobID] = []
        for first in stride(from: 0, to: commands.count, by: JobQueue.batchLimit) {
            let batch = (first..<min(first + JobQueue.batchLimit, commands.count)).map { at in
                var document = JobDocument(command: commands[at])
                change(at, &document)
                return NewJob(document)
            }
            let results = try await queue.enqueue(batch, configuration: configuration)
            for result in results { guard case .added = result else { throw Unexpected("\(result)") } }
            ids += batch.map(\.id)
        }
        return ids
    }

    /// Pushes as another service does.
    package func push(_ entry: String) async throws {
        _ = try await redis.send(RedisCommand("LPUSH", queue.keys.incoming, entry))
    }

    /// How many worker processes have been started.
    package var startedWorkers: Int { started.withLock { $0.count } }

    /// Living processes of jobs, guardians and workers of this fleet.
    package func processes() -> [ProcessTable.Entry] { ProcessTable.living(marked: mark) }

    /// Kills what was started, and holds the queue to its invariants.
    package func end() async throws {
        for worker in started.withLock({ $0 }) { worker.process.kill9() }
        try await waitUntil("no process of the fleet is left", within: .seconds(10)) { processes().isEmpty }
        if server.pid == nil { try server.restart() }
        server.thaw()
        try await checkInvariants()
    }

    /// The last lines of all logs, for a failure's message.
    package func logs() -> String {
        started.withLock { $0 }.map { worker in
            let lines = readLines(worker.log).suffix(12).joined(separator: "\n")
            return
                "--- \(worker.process.pid), exit code \(worker.process.exitCode.map(String.init) ?? "none")\n\(lines)"
        }.joined(separator: "\n")
    }

    private static let binary = tool("queuectl")

    /// The path of a program that is built beside the tests.
    package static func tool(_ name: String) -> String {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: own).deletingLastPathComponent().appending(path: name).path
    }
}

/// Gives a test a fleet, and afterwards checks that nothing is left of it and that its queue is in order.
package func withFleet(
    _ options: RedisServer.Options = .init(),
    settings: [ConfigurationKey: String] = [:],
    _ body: (Fleet) async throws -> Void
) async throws {
    try await with(Fleet(options, settings: settings), body)
}

/// The same for a queue on servers that there are already.
package func withFleet(
    on server: RedisServer,
    reachedBy address: RedisConfiguration,
    settings: [ConfigurationKey: String] = [:],
    _ body: (Fleet) async throws -> Void
) async throws {
    try await with(Fleet(server, reachedBy: address, settings: settings), body)
}

private func with(_ fleet: Fleet, _ body: (Fleet) async throws -> Void) async throws {
    var failures: [String] = []
    do {
        try await body(fleet)
    } catch {
        failures = ["\(error)", fleet.logs()]
    }
    do {
        try await fleet.end()
    } catch {
        failures.append("\(error)")
    }
    guard failures.isEmpty else { throw Unexpected(failures.joined(separator: "\n")) }
}

/// What a test had not expected.
package struct Unexpected: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
