import ArgumentParser
import QueueKit

struct QueuePause: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Pause a whole queue: what runs goes on, nothing new is handed out.",
        usage: "queuectl queue pause [<queue> ...] [--queue <name>]",
        discussion: """
            EXAMPLES:
              queuectl queue pause
              queuectl queue pause mail
            """
    )

    @OptionGroup var targets: QueueTargets
    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        try await QueuePausing(.pause, session, console).run(on: targets.checkedNames())
    }
}
