import ArgumentParser
import QueueKit

struct Pause: SessionCommand {
    static let configuration = CommandConfiguration(
        abstract: "Pause a whole queue: what runs goes on, nothing new is handed out.",
        usage: "queuectl pause [<queue> ...] [--queue <name>]",
        discussion: """
            EXAMPLES:
              queuectl pause
              queuectl pause --queue mail
            """
    )

    @OptionGroup var targets: QueueTargets
    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        let names = try targets.checkedNames()
        // So that a queue is seen to be paused before anything was enqueued.
        _ = try await session.directory.register(names)
        for name in names {
            let changed = try await session.directory.queue(name).pause()
            PauseReport(queue: name, result: "paused", changed: changed).print(on: console)
        }
    }
}
