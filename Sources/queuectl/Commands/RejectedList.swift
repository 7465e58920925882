import ArgumentParser
import QueueKit

struct RejectedList: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List rejected pushes, the latest first.",
        usage: "queuectl rejected list [--queue <name>] [--limit <n>] [--reveal]",
        discussion: """
            EXAMPLES:
              queuectl rejected list
            """.filled
    )

    @Option(parsing: .unconditional, help: ArgumentHelp("At most so many. (default: 50)", valueName: "n"))
    var limit: String?

    @OptionGroup var reveal: RevealOption
    @OptionGroup var queueOption: QueueOption
    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        let limit = try limit.map { try NumberOption.parse($0, "--limit", 1...100_000) } ?? 50
        var table = Table(
            columns: [
                .init(title: "id"), .init(title: "queue"), .init(title: "when"), .init(title: "bytes", isNumber: true),
                .init(title: "reason", isFlexible: true),
            ]
        )
        let redaction = try await session.redaction(reveal, console)
        let now = try await session.now()
        for queue in try await session.queues(queueOption, console) where table.rows.count < limit {
            for found in try await queue.rejected(limit: limit - table.rows.count) {
                let push = found.redacted(by: redaction)
                if console.isJSON {
                    console.print(push.json(in: queue.name))
                } else if console.isQuiet {
                    console.print(push.id)
                }
                table.rows.append([
                    .init(push.id), .init(queue.name.text), .init(RelativeTime.describe(push.time, from: now)),
                    .init(String(push.length)), .init(push.reason),
                ])
            }
        }
        guard !console.isJSON, !console.isQuiet else { return }
        if table.rows.isEmpty, console.out.isTerminal {
            console.note("Nothing was rejected.")
        } else {
            table.print(on: console)
        }
    }
}
