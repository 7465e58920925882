import QueueScripts
import RedisClient

/// What a worker is told that asks for its turn to look for damage.
package struct SweepTurn: Sendable, Hashable {
    /// Whether it is its turn: one worker of a queue has it at a time, as long as it asks again with each heartbeat.
    package let isOurs: Bool
    /// How long ago somebody has looked at everything.
    package let since: Duration
    /// By how much the counters and the indexes of the queue disagree, by what they disagree about.
    package let differences: [String: Int]

    /// What was told.
    package init(isOurs: Bool, since: Duration, differences: [String: Int]) {
        self.isOurs = isOurs
        self.since = since
        self.differences = differences
    }
}

extension JobQueue {
    /// Asks for the turn to look for damage, or keeps it. One round trip.
    ///
    /// - Parameter hasSwept: Whether this worker has looked at everything since it asked last.
    package func sweepTurn(
        of worker: WorkerID,
        heartbeat: Duration,
        hasSwept: Bool
    ) async throws(QueueError) -> SweepTurn {
        let attempt = "look for damage"
        var arguments = RedisArguments()
        arguments.append(worker.description)
        arguments.append(heartbeat.wholeMilliseconds)
        arguments.append(hasSwept ? 1 : 0)
        let reply = try await run(.sweep, arguments, attempting: attempt)
        guard let parts = reply.array, parts.count == 3, let turn = parts[0].int, let since = parts[1].int,
            let words = parts[2].array
        else { throw unexpected(reply, attempting: attempt) }
        var differences: [String: Int] = [:]
        for at in stride(from: 0, to: words.count - words.count % 2, by: 2) {
            if let name = words[at].string, let number = words[at + 1].int { differences[name] = Int(number) }
        }
        return SweepTurn(isOurs: turn == 1, since: .milliseconds(since), differences: differences)
    }

    /// Looks at everything, at a pace that nobody feels, and repairs what is safe to repair; again, as long as something
    /// comes of it. Any number may do this at once.
    ///
    /// - Parameters:
    ///   - urgently: Something is known to be wrong: takes more of the server's time, and looks through long lists too.
    ///   - onRepair: Is told of each repair when it is made.
    /// - Throws: `QueueError` when Redis cannot be asked, or the task is cancelled; what was repaired stays so.
    package func sweep(
        urgently: Bool,
        configuration: QueueConfiguration,
        onRepair: @escaping @Sendable (Finding) -> Void
    ) async throws(QueueError) {
        let repairs = Repairs(configuration: configuration, onRepair: onRepair)
        _ = try await check(urgently ? .urgent : .background, repairs: repairs, configuration: configuration)
    }
}
