import QueueKit

extension Session {
    /// The queue that was named, or all that are registered; the default one if none is.
    func queues(_ option: QueueOption) async throws -> [JobQueue] {
        try await queues(try option.name())
    }

    /// The same for commands that show something: a name that is no queue yet is most often a mistyped one, and is
    /// remarked on, since nothing else would tell.
    func queues(_ option: QueueOption, _ console: Console) async throws -> [JobQueue] {
        try await queues(try option.name().map { [$0] } ?? [], console)
    }

    /// These queues, each remarked on if it is none yet; all that are registered if none is named.
    func queues(_ names: [QueueName], _ console: Console) async throws(QueueError) -> [JobQueue] {
        guard !names.isEmpty else { return try await queues(nil) }
        try await remarkOnUnknown(names, console)
        try await directory.requireKnownSchema(of: names)
        return names.map(directory.queue)
    }

    /// Remarks on each of these that is no queue yet.
    func remarkOnUnknown(_ names: [QueueName], _ console: Console) async throws(QueueError) {
        let known = try await directory.queues()
        for name in names where !known.contains(name) && name != .default {
            let near = Suggestion.nearest(to: name.text, among: known.map(\.text))
            console.note("queuectl: There is no queue \"\(name)\" yet" + (near.map { "; did you mean \($0)?" } ?? ""))
        }
    }

    /// Refuses the name of a queue that is none: it is most often a mistyped one, and what was meant would go on as it was.
    ///
    /// - Parameters:
    ///   - verb: How it follows "Cannot", up to the word "queue".
    ///   - advice: What else to do, where no queue has a name like it.
    func require(_ names: [QueueName], attempting verb: String, advice: String = "") async throws {
        let known = try await directory.queues()
        guard let name = names.first(where: { $0 != .default && !known.contains($0) }) else { return }
        let near = Suggestion.nearest(to: name.text, among: known.map(\.text))
        let next = near.map { "; did you mean \($0)?" } ?? ". See queuectl queue list" + advice
        throw Failure(.notFound, "Cannot \(verb) queue \(name): there is no such queue\(next)")
    }

    /// This queue, or all that are registered; the default one if none is. All of them must be kept in a form that this
    /// release knows.
    func queues(_ only: QueueName?) async throws(QueueError) -> [JobQueue] {
        let queues = try await queuesAsTheyAre(only)
        try await directory.requireKnownSchema(of: queues.map(\.name))
        return queues
    }

    /// The same, in whatever form they are kept: for those who tell of that themselves.
    func queuesAsTheyAre(_ only: QueueName?) async throws(QueueError) -> [JobQueue] {
        if let only { return [directory.queue(only)] }
        let names = try await directory.queues()
        return names.isEmpty ? [directory.queue(.default)] : names.map(directory.queue)
    }

    /// The server's time.
    func now() async throws(QueueError) -> Timestamp {
        try await directory.queue(.default).serverTime()
    }
}
