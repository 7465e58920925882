import QueueKit

/// Everything that `status` shows, read at one time.
struct Overview: Sendable {
    /// The server, without its password.
    let server: String
    let namespace: String
    /// The server's time.
    let now: Timestamp
    let queues: [QueueStatus]
    let workers: [WorkerRegistration]
    let configuration: QueueConfiguration

    init(_ session: Session, _ only: QueueName?) async throws {
        let directory = session.directory
        async let workers = directory.workers()
        async let now = session.now()
        let configuration = try await directory.configuration()
        let heartbeat = configuration.heartbeat
        let named = try await session.queuesAsTheyAre(only)
        let statuses = try await withThrowingTaskGroup(of: QueueStatus.self) { group in
            for queue in named { group.addTask { try await queue.status(heartbeat: heartbeat) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        self.server = session.configuration.description
        self.namespace = session.namespace
        self.configuration = configuration
        self.queues = statuses.sorted { $0.queue < $1.queue }
        self.workers = try await workers.filter { worker in only.map(worker.queues.contains) ?? true }
        self.now = try await now
    }

    /// Jobs of all queues in a state.
    func jobs(_ state: JobState) -> Int { queues.reduce(0) { $0 + ($1.jobs[state] ?? 0) } }
}
