import ArgumentParser

struct Delete: SessionCommand {
    static let configuration = CommandConfiguration(
        abstract: "Delete jobs with their attempts and output; not while they run.",
        usage: "queuectl delete <id> ... [--queue <name>]",
        discussion: """
            EXAMPLES:
              queuectl delete job1
            """.filled
    )

    @OptionGroup var targets: JobTargets
    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        try await JobOperation(verb: .delete, session: session, console: console).run(on: targets)
    }
}
