import ArgumentParser
import QueueKit

struct Status: SessionCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show queues, workers, throughput, and what needs attention.",
        usage: "queuectl status [--queue <name>]",
        discussion: """
            Costs the same however many jobs there are.

            EXAMPLES:
              queuectl status
              queuectl status --json
            """.filled
    )

    @OptionGroup var queueOption: QueueOption
    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        if let name = try queueOption.name() { try await session.remarkOnUnknown([name], console) }
        let overview = try await Overview(session, try queueOption.name())
        if console.isQuiet {
            for status in overview.queues { console.print(status.queue.text) }
        } else if console.isJSON {
            console.print(overview.json)
        } else {
            OverviewScreen(overview: overview, console: console).print()
        }
    }
}
