import ArgumentParser
import QueueKit

struct Resume: SessionCommand {
    static let configuration = CommandConfiguration(
        abstract: "Resume a paused queue.",
        usage: "queuectl resume [<queue> ...] [--queue <name>]",
        discussion: """
            EXAMPLES:
              queuectl resume
              queuectl resume --queue mail
            """
    )

    @OptionGroup var targets: QueueTargets
    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        for name in try targets.checkedNames() {
            let changed = try await session.directory.queue(name).resume()
            PauseReport(queue: name, result: "resumed", changed: changed).print(on: console)
        }
    }
}
