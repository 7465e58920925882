import ArgumentParser
import QueueKit

struct QueueResume: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Resume a paused queue.",
        usage: "queuectl queue resume [<queue> ...] [--queue <name>]",
        discussion: """
            EXAMPLES:
              queuectl queue resume
              queuectl queue resume mail
            """
    )

    @OptionGroup var targets: QueueTargets
    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        try await QueuePausing(.resume, session, console).run(on: targets.checkedNames())
    }
}
