import ArgumentParser
import QueueKit

struct QueuePause: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Pause a whole queue: what runs goes on, nothing new is handed out.",
        usage: "queuectl queue pause (<queue> ... | --all) [--create]",
        discussion: """
            EXAMPLES:
              queuectl queue pause default
              queuectl queue pause --all
            """.filled
    )

    @Flag(help: "Also a queue that is still to come, so that nothing enqueued there is handed out.")
    var create = false

    @OptionGroup var targets: QueueTargets
    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        let names = try await targets.queues(of: session, to: "pause")
        try await QueuePausing(.pause, session, console).run(on: names, creates: create)
    }
}
