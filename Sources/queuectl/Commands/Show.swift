import ArgumentParser
import QueueKit

struct Show: SessionCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show everything about a job: fields, attempts, output, and what happens next.",
        usage: "queuectl show <id> [--queue <name>] [--reveal]",
        discussion: """
            EXAMPLES:
              queuectl show job1
              queuectl show job1 --json
            """.filled
    )

    @Argument(help: ArgumentHelp("The id of a job.", valueName: "id"))
    var id: String

    @OptionGroup var reveal: RevealOption
    @OptionGroup var queueOption: QueueOption
    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        let (job, queue) = try await session.job(try JobTargets.id(id), queueOption, attempting: "show")
        try await JobDetails(job, in: queue, hiding: try await session.redaction(reveal, console)).print(on: console)
    }
}
