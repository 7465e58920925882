import QueueKit

extension Session {
    /// Finds a rejected push, in the queue that was named or in the one that has it. Each queue makes ids of its own, from the time:
    /// two may have the same.
    func rejectedPush(
        _ id: String,
        _ option: QueueOption,
        attempting verb: String
    ) async throws -> (push: RejectedPush, queue: JobQueue) {
        var found: [(push: RejectedPush, queue: JobQueue)] = []
        for queue in try await queues(option) {
            if let push = try await queue.rejected(id) { found.append((push, queue)) }
        }
        guard found.count > 1 else {
            guard let only = found.first else { throw RejectedPush.notFound(id, attempting: verb) }
            return only
        }
        let list = found.map { "\"\($0.queue.name)\"" }.joined(separator: " and ")
        throw Failure(
            .ambiguous,
            "Cannot \(verb) the rejected push \(found[0].push.id): it is in \(list). Say which with --queue"
        )
    }
}

extension RejectedPush {
    static func notFound(_ id: String, attempting verb: String) -> Failure {
        let shown = TerminalText.shorten(TerminalText.escape(id), to: 40)
        return Failure(
            .notFound,
            "Cannot \(verb) the rejected push \(shown): there is none. See queuectl rejected list"
        )
    }
}
