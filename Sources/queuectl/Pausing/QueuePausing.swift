import QueueKit

/// Pauses or resumes whole queues.
struct QueuePausing {
    /// Which of the two.
    enum Verb: String {
        case pause, resume
    }

    private let verb: Verb
    private let session: Session
    private let console: Console

    init(_ verb: Verb, _ session: Session, _ console: Console) {
        self.verb = verb
        self.session = session
        self.console = console
    }

    /// Does it to these, and says what that changed.
    func run(on names: [QueueName]) async throws(QueueError) {
        // So that a queue is seen to be paused before anything was enqueued.
        if verb == .pause { _ = try await session.directory.register(names) }
        for name in names {
            let queue = session.directory.queue(name)
            report(name, changed: verb == .pause ? try await queue.pause() : try await queue.resume())
        }
    }

    private func report(_ name: QueueName, changed: Bool) {
        let result = verb == .pause ? "paused" : "resumed"
        if console.isJSON {
            console.print(
                .members(["queue": .string(name.text), "result": .string(result), "changed": .bool(changed)])
            )
        } else if console.isQuiet {
            console.print(name.text)
        } else {
            let before = verb == .pause ? "is paused already" : "is not paused"
            console.print(changed ? "\(result) \(name)" : "\(name) \(before)")
        }
    }
}
