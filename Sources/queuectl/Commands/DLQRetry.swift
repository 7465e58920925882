import ArgumentParser
import QueueKit

struct DLQRetry: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Give dead jobs another life: pending, with failures and crashes forgotten.",
        usage: """
            queuectl dlq retry <id> ... [--queue <name>]
            queuectl dlq retry --all [--queue <name>]
            """,
        discussion: """
            --all takes every job that was dead when it began, the oldest first, in small steps. Interrupted, it can be
            given again.

            EXAMPLES:
              queuectl dlq retry job1
              queuectl dlq retry --all --queue default
            """.filled
    )

    @Flag(help: "Every dead job, or every one of --queue.")
    var all = false

    @OptionGroup var targets: JobTargets
    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        guard all else {
            guard !targets.ids.isEmpty else { throw Failure(.usage, "Say which jobs to retry: give ids, or --all") }
            return try await JobOperation(verb: .retry, session: session, console: console).run(on: targets)
        }
        guard targets.ids.isEmpty else { throw Failure(.usage, "Give ids or --all, but not both") }
        let dead = try await DeadJobs(session, targets.queueOption)
        try await BulkRun(verb: "retried", console: console).run(dead) { queue, until throws(QueueError) in
            try await queue.retryAll(until: until)
        }
    }
}
