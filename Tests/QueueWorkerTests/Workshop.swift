import Glibc
import QueueKit
import RedisClient
import Synchronization
import TestSupport
import Testing

@testable import QueueWorker

/// A server, a queue of its own, and workers that run in this process.
final class Workshop: Sendable {
    let server: RedisServer
    let redis: RedisConnection
    let namespace: String
    let directory: QueueDirectory
    let queue: JobQueue

    init(server: RedisServer? = nil, settings: [ConfigurationKey: String] = [:]) async throws {
        self.server = try server ?? RedisServer.shared()
        redis = self.server.connection()
        namespace = RedisServer.uniqueName("w")
        directory = QueueDirectory(namespace: namespace, redis: redis)
        queue = directory.queue(.default)
        for (key, value) in settings { try await directory.set(key, to: try key.canonical(value)) }
    }

    func configuration() async throws -> QueueConfiguration { try await directory.register([.default]) }

    /// Enqueues and returns the ids.
    @discardableResult
    func enqueue(_ commands: [String], _ change: (inout JobDocument) -> Void = { _ in }) async throws -> [JobID] {
        let jobs = commands.map { command in
            var document = JobDocument(command: command)
            change(&document)
            return NewJob(document)
        }
        let results = try await queue.enqueue(jobs, configuration: try await configuration())
        for result in results { guard case .added = result else { throw Unexpected("\(result)") } }
        return jobs.map(\.id)
    }

    /// Runs a worker while `body` runs, then stops it gracefully.
    @discardableResult
    func withWorker<Result>(
        slots: Int = 4,
        executor: (any JobExecutor)? = nil,
        _ body: (RunningWorker) async throws -> Result
    ) async throws -> Result {
        let running = try RunningWorker(self, slots: slots, executor: executor)
        do {
            let result = try await body(running)
            try await running.stop()
            return result
        } catch {
            try await running.stop(.now)
            throw error
        }
    }

    func job(_ id: JobID) async throws -> Job {
        guard let job = try await queue.job(id) else { throw Unexpected("job \(id) is gone") }
        return job
    }

    /// Waits until a job is in a state, and returns it.
    @discardableResult
    func wait(for id: JobID, _ state: JobState, within limit: Duration = .seconds(20)) async throws -> Job {
        try await waitUntil("job \(id) is \(state.rawValue)", within: limit) { try await job(id).state == state }
        return try await job(id)
    }

    func counts() async throws -> [JobState: Int] {
        try await queue.status(heartbeat: .seconds(10)).jobs.filter { $0.value != 0 }
    }
}

/// A worker that runs in this process.
final class RunningWorker: Sendable {
    let worker: Worker
    private let task: Task<Void, any Error>
    let events: Events

    init(
        _ workshop: Workshop,
        slots: Int,
        executor: (any JobExecutor)?,
        queues: [QueueName] = [.default],
        redis: RedisConfiguration? = nil,
        _ change: (inout WorkerOptions) -> Void = { _ in }
    ) throws {
        var options = WorkerOptions(queues: queues, slots: slots, version: "test")
        options.shutdownTimeout = .seconds(20)
        change(&options)
        let events = Events()
        worker = Worker(
            options,
            redis: redis ?? workshop.server.configuration,
            namespace: workshop.namespace,
            executor: try executor ?? ProcessExecutor(environment: ["PATH": "/usr/bin:/bin", "REDIS_URL": "secret"]),
            onEvent: { events.add($0) }
        )
        self.events = events
        let worker = worker
        task = Task { try await worker.run() }
    }

    /// Waits until it ends by itself, for so long at the most. Returns why it did, and what it left.
    func end(within limit: Duration = .seconds(20)) async throws -> (reason: EndReason, left: LeftJobs?) {
        try await waitUntil("the worker ends", within: limit) { events.ending != nil }
        try await task.value
        return events.ending ?? (.asked, nil)
    }

    func cancel() async throws {
        task.cancel()
        try await task.value
    }

    func stop(_ how: Worker.Stop = .gracefully) async throws {
        worker.stop(how)
        try await task.value
    }
}

/// What a worker has told.
final class Events: Sendable {
    private let told = Mutex<[WorkerEvent]>([])

    var all: [WorkerEvent] { told.withLock { $0 } }

    func add(_ event: WorkerEvent) { told.withLock { $0.append(event) } }

    func count(_ matches: (WorkerEvent) -> Bool) -> Int { told.withLock { $0.count(where: matches) } }

    /// Why it has ended, if it has.
    var ending: (reason: EndReason, left: LeftJobs?)? {
        told.withLock {
            $0.lazy.compactMap { if case .stopped(let reason, let left) = $0 { (reason, left) } else { nil } }.first
        }
    }

    /// The jobs that it has begun to run, in that order.
    var started: [Job] { told.withLock { $0.compactMap { if case .started(let job) = $0 { job } else { nil } } } }
}

struct Unexpected: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Whether a process exists and is no zombie.
func isAlive(_ pid: pid_t) -> Bool {
    guard let file = fopen("/proc/\(pid)/stat", "r") else { return false }
    defer { fclose(file) }
    var buffer = [CChar](repeating: 0, count: 512)
    guard fgets(&buffer, Int32(buffer.count), file) != nil else { return false }
    let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return !(text.split(separator: ")").last?.hasPrefix(" Z") ?? true)
}

/// How often each job was run.
final class Tally: Sendable {
    private let ids = Mutex<[JobID: Int]>([:])

    func add(_ id: JobID) { ids.withLock { $0[id, default: 0] += 1 } }

    var counts: [JobID: Int] { ids.withLock { $0 } }
}

/// The lines of a file; none if there is no such file.
func readLines(_ path: String) -> [String] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var lines: [String] = []
    var buffer = [CChar](repeating: 0, count: 4096)
    while fgets(&buffer, Int32(buffer.count), file) != nil {
        let bytes = buffer.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }
        lines.append(String(decoding: bytes, as: UTF8.self))
    }
    return lines
}
