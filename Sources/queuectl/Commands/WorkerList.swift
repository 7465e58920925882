import ArgumentParser
import QueueKit

struct WorkerList: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the workers, on all hosts.",
        usage: "queuectl worker list",
        discussion: """
            EXAMPLES:
              queuectl worker list
            """.filled
    )

    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        let workers = try await session.directory.workers()
        if console.isJSON || console.isQuiet {
            for worker in workers { console.print(console.isJSON ? worker.json.text : worker.id.description) }
            return
        }
        if workers.isEmpty, console.out.isTerminal {
            return console.note("No workers. Start one: queuectl worker start")
        }
        let now = try await session.now()
        var table = Table(
            columns: [
                .init(title: "id"), .init(title: "state"), .init(title: "busy"), .init(title: "started"),
                .init(title: "seen"), .init(title: "queues", isFlexible: true),
            ]
        )
        for worker in workers {
            table.rows.append([
                .init(worker.id.description), .init(worker.state.rawValue, worker.state == .running ? .green : .yellow),
                .init("\(worker.busy)/\(worker.slots)"), .init(RelativeTime.describe(worker.startedAt, from: now)),
                .init(RelativeTime.describe(worker.seenAt, from: now)),
                .init(QueueSelection.words(worker.queues, worker.weights).joined(separator: " ")),
            ])
        }
        table.print(on: console)
    }
}
