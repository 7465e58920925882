import ArgumentParser
import QueueKit

struct DLQPurge: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge",
        abstract: "Delete every dead job, with its attempts and output.",
        usage: "queuectl dlq purge [--queue <name>] [--yes]",
        discussion: """
            Asks first on a terminal; needs --yes elsewhere.

            EXAMPLES:
              queuectl dlq purge --queue default --yes
            """.filled
    )

    @OptionGroup var confirmation: Confirmation
    @OptionGroup var queueOption: QueueOption
    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        let dead = try await DeadJobs(session, queueOption)
        if dead.count > 0 { try confirmation.ask("delete \(dead.description)", on: console) }
        try await BulkRun(verb: "deleted", console: console).run(dead) { queue, until throws(QueueError) in
            try await queue.purge(until: until)
        }
    }
}
