import ArgumentParser

struct Resume: SessionCommand {
    static let configuration = CommandConfiguration(
        abstract: "Resume paused jobs, or a paused queue.",
        usage: "queuectl resume [<id or queue> ...] [--queue <name>]",
        discussion: """
            The processes of a job go on (CONT), or the queue hands out jobs again. Without names: the queue default.

            EXAMPLES:
              queuectl resume job1
              queuectl resume --queue mail
            """
    )

    @OptionGroup var targets: PauseTargets
    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        try await targets.run(.resume, session, console)
    }
}
