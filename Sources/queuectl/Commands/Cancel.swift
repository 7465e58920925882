import ArgumentParser

struct Cancel: SessionCommand {
    static let configuration = CommandConfiguration(
        abstract: "Cancel jobs: those that wait, and those that run.",
        usage: "queuectl cancel <id> ... [--queue <name>]",
        discussion: """
            A job that waits is cancelled at once. One that runs gets TERM from its worker, then KILL, and is not retried.

            EXAMPLES:
              queuectl cancel job1
            """
    )

    @OptionGroup var targets: JobTargets
    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        try await JobOperation(verb: .cancel, session: session, console: console).run(on: targets)
    }
}
