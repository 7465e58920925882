import QueueKit

extension Session {
    /// The queue that was named, or all that are registered, and the default one.
    func queues(_ option: QueueOption) async throws -> [JobQueue] {
        if let name = try option.name() { return [directory.queue(name)] }
        let names = try await directory.queues()
        return names.isEmpty ? [directory.queue(.default)] : names.map(directory.queue)
    }

    /// The server's time.
    func now() async throws(QueueError) -> Timestamp {
        try await directory.queue(.default).serverTime()
    }
}
