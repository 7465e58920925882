import ArgumentParser
import QueueKit

struct List: SessionCommand {
    static let configuration = CommandConfiguration(
        abstract: "List jobs.",
        usage:
            "queuectl list [--state <state>] [--tag <text>] [--meta <name=value>] [--queue <name>] [--limit <n>] [--reveal]",
        discussion: """
            Jobs of one state, or of all: what runs first, what is over last. Costs what it shows, not what waits; with --tag or
            --meta, jobs are looked through until --limit are found.

            EXAMPLES:
              queuectl list
              queuectl list --state dead --limit 10
              queuectl list --tag invoice --meta customer.id=17
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

    @OptionGroup var filter: FilterOptions
    @OptionGroup var reveal: RevealOption
    @OptionGroup var queueOption: QueueOption
    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        let filter = try filter.filter()
        let wanted = try state.map { try JobState.named($0) }
        let limit = try limit.map { try NumberOption.parse($0, "--limit", 1...100_000) } ?? 50
        var queues = try await session.queues(queueOption, console)[...]
        let redaction = try await session.redaction(reveal, console)
        var jobs: [Job] = []
        while let queue = queues.popFirst(), jobs.count < limit {
            let left = limit - jobs.count
            if let wanted {
                jobs += try await queue.list(wanted, limit: left, matching: filter)
            } else {
                jobs += try await queue.list(limit: left, matching: filter)
            }
        }
        JobList(jobs: jobs.map { $0.redacted(by: redaction) }, now: try await session.now()).print(on: console)
    }
}
