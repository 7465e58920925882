import ArgumentParser

struct Resume: SessionCommand {
    static let configuration = CommandConfiguration(
        abstract: "Resume paused jobs, or a paused queue.",
        usage: """
            queuectl resume <id or queue> ... [--queue <name>]
            queuectl resume (--queue <name> | --all)
            """,
        discussion: """
            The processes of a job go on (CONT), or the queue hands out jobs again.

            EXAMPLES:
              queuectl resume job1
              queuectl resume --queue default
            """.filled
    )

    @OptionGroup var targets: PauseTargets
    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        try await targets.run(.resume, session, console)
    }
}
