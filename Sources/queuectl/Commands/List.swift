import ArgumentParser
import QueueKit

struct List: SessionCommand {
    static let configuration = CommandConfiguration(
        abstract: "List jobs.",
        usage: "queuectl list [--state <state>] [--queue <name>] [--limit <n>]",
        discussion: """
            Jobs of one state, or of all: what runs first, what is over last. Costs what it shows, not what waits.

            EXAMPLES:
              queuectl list
              queuectl list --state dead --limit 10
              queuectl list --queue default --json
            """.filled
    )

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Only jobs in this state: \(JobState.words).", valueName: "state"),
        completion: .list(JobState.allCases.map(\.rawValue))
    )
    var state: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("At most so many. (default: 50)", valueName: "n"))
    var limit: String?

    @OptionGroup var queueOption: QueueOption
    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        let wanted = try state.map { try JobState.named($0) }
        let limit = try limit.map { try NumberOption.parse($0, "--limit", 1...100_000) } ?? 50
        var queues = try await session.queues(queueOption, console)[...]
        var jobs: [Job] = []
        while let queue = queues.popFirst(), jobs.count < limit {
            let left = limit - jobs.count
            if let wanted {
                jobs += try await queue.list(wanted, limit: left)
            } else {
                jobs += try await queue.list(limit: left)
            }
        }
        JobList(jobs: jobs, now: try await session.now()).print(on: console)
    }
}
