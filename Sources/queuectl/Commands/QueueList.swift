import ArgumentParser
import QueueKit

struct QueueList: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the queues.",
        usage: "queuectl queue list",
        discussion: """
            EXAMPLES:
              queuectl queue list
            """.filled
    )

    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        var table = Table(
            columns: [
                .init(title: "queue"), .init(title: "state"), .init(title: "waiting", isNumber: true),
                .init(title: "processing", isNumber: true), .init(title: "dead", isNumber: true),
                .init(title: "workers", isNumber: true),
            ]
        )
        let overview = try await Overview(session, nil)
        for status in overview.queues {
            if console.isJSON {
                console.print(status.json)
            } else if console.isQuiet {
                console.print(status.queue.text)
            }
            let waiting = [JobState.pending, .scheduled, .failed].reduce(status.incoming) {
                $0 + (status.jobs[$1] ?? 0)
            }
            table.rows.append([
                .init(status.queue.text),
                status.pausedSince == nil ? .init("running", .green) : .init("paused", .yellow),
                .init(waiting.grouped), .init((status.jobs[.processing] ?? 0).grouped),
                .init((status.jobs[.dead] ?? 0).grouped), .init(String(status.workers)),
            ])
        }
        if !console.isJSON, !console.isQuiet { table.print(on: console) }
    }
}
