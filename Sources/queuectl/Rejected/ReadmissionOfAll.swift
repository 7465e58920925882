import QueueKit

/// All rejected pushes on their way back into their queues, in the order in which they were rejected. What cannot be taken stays.
struct ReadmissionOfAll {
    let session: Session
    let console: Console

    /// How many there are.
    func count(in queues: [JobQueue]) async throws -> Int {
        let heartbeat = QueueConfiguration().heartbeat
        var count = 0
        for queue in queues { count += try await queue.status(heartbeat: heartbeat).rejected }
        return count
    }

    /// What is left: how many, how many of these only because their id is taken, and why of the first few.
    private struct Left {
        static let explained = 5
        var count = 0
        var taken = 0
        var reasons: [Failure] = []

        mutating func add(_ failure: Failure) {
            count += 1
            if failure.kind == .exists { taken += 1 }
            if reasons.count < Self.explained { reasons.append(failure) }
        }
    }

    /// Tries each of them once. Throws if some are still rejected.
    func run(_ queues: [JobQueue], count: Int) async throws {
        var progress = Progress("retried", total: count, on: console)
        var left = Left()
        for queue in queues {
            // What is rejected from now on is not looked at.
            guard let last = try await queue.rejected(limit: 1).first?.id else { continue }
            var seen: String?
            while case let page = try await queue.rejected(after: seen, through: last), let end = page.last {
                for push in page {
                    if let failure = try await retry(push, in: queue) { left.add(failure) }
                }
                progress.advance(by: page.count)
                seen = end.id
            }
        }
        progress.end()
        report(retried: progress.count - left.count, left)
        if left.count > 0 { throw Reported(status: .failed) }
    }

    /// Why it is still rejected; nil if it is not.
    private func retry(_ push: RejectedPush, in queue: JobQueue) async throws -> Failure? {
        do {
            _ = try await Readmission(push, in: queue, session, console).retry()
            return nil
        } catch let failure as Failure {
            // Not found: somebody else has taken it meanwhile.
            return failure.kind == .notFound ? nil : failure
        }
    }

    private func report(retried: Int, _ left: Left) {
        for reason in left.reasons { console.report(reason) }
        if console.isJSON {
            return console.print(
                .members([
                    "result": .string("retried"), "count": .integer(retried), "left": .integer(left.count),
                    "taken": .integer(left.taken),
                ])
            )
        }
        guard !console.isQuiet else { return }
        if retried + left.count == 0 { return console.print("Nothing was rejected.") }
        console.print("retried \(retried.of("rejected push", plural: "rejected pushes"))")
        guard left.count > 0 else { return }
        let parts = [(left.count - left.taken, "still wrong"), (left.taken, "whose id is taken")].filter { $0.0 > 0 }
        let text = parts.map { "\($0.0.grouped) \($0.1)" }.joined(separator: ", ")
        console.note("\(left.count.grouped) left: \(text). See queuectl rejected list")
    }
}
