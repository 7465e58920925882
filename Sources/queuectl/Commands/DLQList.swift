import ArgumentParser
import QueueKit

struct DLQList: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List dead jobs, the latest first.",
        usage: "queuectl dlq list [--queue <name>] [--limit <n>] [--reveal]",
        discussion: """
            EXAMPLES:
              queuectl dlq list
            """.filled
    )

    @Option(parsing: .unconditional, help: ArgumentHelp("At most so many. (default: 50)", valueName: "n"))
    var limit: String?

    @OptionGroup var reveal: RevealOption
    @OptionGroup var queueOption: QueueOption
    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        let limit = try limit.map { try NumberOption.parse($0, "--limit", 1...100_000) } ?? 50
        let redaction = try await session.redaction(reveal, console)
        var jobs: [Job] = []
        for queue in try await session.queues(queueOption, console) where jobs.count < limit {
            jobs += try await queue.list(.dead, limit: limit - jobs.count)
        }
        JobList(jobs: jobs.map { $0.redacted(by: redaction) }, now: try await session.now(), isOfDead: true).print(
            on: console
        )
    }
}
