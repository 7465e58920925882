import ArgumentParser
import QueueKit

struct QueueResume: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Resume a paused queue.",
        usage: "queuectl queue resume (<queue> ... | --all)",
        discussion: """
            EXAMPLES:
              queuectl queue resume default
              queuectl queue resume --all
            """.filled
    )

    @OptionGroup var targets: QueueTargets
    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        let names = try await targets.queues(of: session, to: "resume")
        try await QueuePausing(.resume, session, console).run(on: names)
    }
}
