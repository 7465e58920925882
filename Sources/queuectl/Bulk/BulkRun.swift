import ArgumentParser
import Glibc
import QueueKit

/// A verb on all dead jobs, in bounded steps, with its progress on a terminal. Ctrl-C ends it between two steps.
struct BulkRun {
    /// What has been done to each: `retried`.
    let verb: String
    let console: Console

    /// Repeats the step on each queue until it has no more.
    func run(
        _ dead: DeadJobs,
        _ step: (JobQueue, Timestamp?) async throws(QueueError) -> BulkStep
    ) async throws {
        var progress = Progress(verb, total: dead.count, on: console)
        let interruption = try Interruption()
        for (queue, _) in dead.queues {
            var until: Timestamp?
            while true {
                let done: BulkStep
                do {
                    done = try await step(queue, until)
                } catch {
                    progress.end()
                    guard progress.count > 0 else { throw error }
                    console.note("queuectl: \(summary(progress)) before that; give the command again to go on")
                    throw error
                }
                until = done.until
                progress.advance(by: done.changed)
                if let number = interruption.number {
                    progress.end()
                    if console.isJSON { console.print(json(progress)) }
                    console.note("queuectl: interrupted; \(summary(progress)); give the command again to go on")
                    throw ExitCode(128 + number)
                }
                if !done.hasMore { break }
            }
        }
        progress.end()
        if console.isJSON {
            console.print(json(progress))
        } else if !console.isQuiet {
            console.print(dead.count == 0 ? "No dead jobs." : summary(progress))
        }
    }

    private func summary(_ progress: Progress) -> String { "\(verb) \(progress.count.of("job"))" }

    private func json(_ progress: Progress) -> JSONValue {
        .members(["result": .string(verb), "count": .integer(progress.count)])
    }
}
