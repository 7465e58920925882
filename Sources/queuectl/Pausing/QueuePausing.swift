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

    /// Does it to these, and says what that changed. Throws before the first if one of them is no queue.
    ///
    /// - Parameter creates: Whether queues that are none yet may be paused, before anything is enqueued there.
    func run(on names: [QueueName], creates: Bool = false) async throws {
        if creates {
            _ = try await session.directory.register(names)
        } else {
            let advice = verb == .pause ? Self.creation : ""
            try await session.require(names, attempting: verb.rawValue, advice: advice)
        }
        for name in names {
            let queue = session.directory.queue(name)
            report(name, changed: verb == .pause ? try await queue.pause() : try await queue.resume())
        }
    }

    /// What to do about a queue that is not there yet.
    static let creation = ". One that is still to come: queuectl queue pause NAME --create"

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
