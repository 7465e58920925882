import QueueKit

/// All rejected pushes on their way back into their queues, in the order in which they were rejected. What is still wrong stays.
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

    /// Tries each of them once. Throws if some are still rejected.
    func run(_ queues: [JobQueue], count: Int) async throws {
        var progress = Progress("retried", total: count, on: console)
        var left = 0
        for queue in queues {
            // What is rejected from now on is not looked at.
            guard let last = try await queue.rejected(limit: 1).first?.id else { continue }
            var seen: String?
            while case let page = try await queue.rejected(after: seen, through: last), let end = page.last {
                for push in page where !(try await isTaken(push, in: queue)) { left += 1 }
                progress.advance(by: page.count)
                seen = end.id
            }
        }
        progress.end()
        report(retried: progress.count - left, left: left)
        if left > 0 { throw Reported(status: .failed) }
    }

    private func isTaken(_ push: RejectedPush, in queue: JobQueue) async throws -> Bool {
        do {
            _ = try await Readmission(push, in: queue, session, console).retry()
            return true
        } catch let failure as Failure {
            // Somebody else has taken it meanwhile, or it is still what it was.
            return failure.kind == .notFound
        }
    }

    private func report(retried: Int, left: Int) {
        if console.isJSON {
            return console.print(
                .members([
                    "result": .string("retried"), "count": .integer(retried), "left": .integer(left),
                ])
            )
        }
        guard !console.isQuiet else { return }
        if retried + left == 0 { return console.print("Nothing was rejected.") }
        console.print("retried \(retried.of("rejected push", plural: "rejected pushes"))")
        if left > 0 { console.note("\(left.grouped) left, still wrong. See queuectl rejected list") }
    }
}
