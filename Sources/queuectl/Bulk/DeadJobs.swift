import QueueKit

/// How many dead jobs there are, and where.
struct DeadJobs {
    let queues: [(queue: JobQueue, count: Int)]

    init(_ session: Session, _ option: QueueOption) async throws {
        let heartbeat = QueueConfiguration().heartbeat
        var found: [(JobQueue, Int)] = []
        for queue in try await session.queues(option) {
            let count = try await queue.status(heartbeat: heartbeat).jobs[.dead] ?? 0
            if count > 0 { found.append((queue, count)) }
        }
        queues = found
    }

    var count: Int { queues.reduce(0) { $0 + $1.count } }

    /// `5 dead jobs in "default" and 1 in "mail"`.
    var description: String {
        guard let (first, count) = queues.first else { return "no dead jobs" }
        let rest = queues.dropFirst().map { " and \($0.count.grouped) in \"\($0.queue.name)\"" }
        return "\(count.of("dead job")) in \"\(first.name)\"" + rest.joined()
    }
}
