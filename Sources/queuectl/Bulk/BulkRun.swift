import QueueKit

/// A verb on all dead jobs, in bounded steps, with its progress on a terminal.
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
        for (queue, _) in dead.queues {
            var until: Timestamp?
            while true {
                let done: BulkStep
                do {
                    done = try await step(queue, until)
                } catch {
                    progress.end()
                    console.note(
                        "queuectl: \(verb) \(progress.count.of("job")) before that; give the command again to go on"
                    )
                    throw error
                }
                until = done.until
                progress.advance(by: done.changed)
                if !done.hasMore { break }
            }
        }
        progress.end()
        if console.isJSON {
            console.print(.members(["result": .string(verb), "count": .integer(progress.count)]))
        } else if !console.isQuiet {
            console.print(dead.count == 0 ? "No dead jobs." : "\(verb) \(progress.count.of("job"))")
        }
    }
}
