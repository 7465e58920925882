import ArgumentParser

struct Pause: SessionCommand {
    static let configuration = CommandConfiguration(
        abstract: "Pause jobs that run, or a whole queue.",
        usage: """
            queuectl pause <id or queue> ... [--queue <name>]
            queuectl pause (--queue <name> | --all)
            """,
        discussion: """
            The processes of a job stand still where they are (STOP), its timeout with them, and its worker keeps the job. The wish ends
            with that run. Of a paused queue nothing new is handed out, and what runs goes on.

            EXAMPLES:
              queuectl pause job1
              queuectl pause --queue default
            """.filled
    )

    @OptionGroup var targets: PauseTargets
    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        try await targets.run(.pause, session, console)
    }
}
