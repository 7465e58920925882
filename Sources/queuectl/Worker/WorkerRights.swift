import QueueKit

/// What a worker asks for before it begins: one that may do half of what it has to would take jobs and not be able to end them.
enum WorkerRights {
    /// - Throws: `Failure`, when the user lacks a right. A Redis out of reach is none: the worker waits for it.
    static func require(in queues: [QueueName], _ session: Session) async throws(Failure) {
        let missing: [MissingRight]?
        do {
            missing = try await session.directory.missingRights(for: .worker, in: queues)
        } catch {
            return
        }
        guard let first = missing?.first, let others = missing?.dropFirst() else { return }
        let more = others.isEmpty ? "" : ", and lacks \(others.count.of("right")) more (queuectl doctor --role worker)"
        throw Failure(.forbidden, "Cannot start a worker: \(first.problem)\(more). Fix: \(first.remedy)")
    }
}
