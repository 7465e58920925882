import QueueKit

extension Session {
    /// The queue that was named, or all that are registered; the default one if none is.
    func queues(_ option: QueueOption) async throws -> [JobQueue] {
        try await queues(try option.name())
    }

    /// This queue, or all that are registered; the default one if none is.
    func queues(_ only: QueueName?) async throws(QueueError) -> [JobQueue] {
        if let only { return [directory.queue(only)] }
        let names = try await directory.queues()
        return names.isEmpty ? [directory.queue(.default)] : names.map(directory.queue)
    }

    /// The server's time.
    func now() async throws(QueueError) -> Timestamp {
        try await directory.queue(.default).serverTime()
    }
}
