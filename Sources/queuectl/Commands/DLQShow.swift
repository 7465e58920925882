import ArgumentParser
import QueueKit

struct DLQShow: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show everything about a dead job.",
        usage: "queuectl dlq show <id> [--queue <name>] [--reveal]",
        discussion: """
            EXAMPLES:
              queuectl dlq show job1
            """.filled
    )

    @Argument(help: ArgumentHelp("The id of a dead job.", valueName: "id"))
    var id: String

    @OptionGroup var reveal: RevealOption
    @OptionGroup var queueOption: QueueOption
    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        let (job, queue) = try await session.job(try JobTargets.id(id), queueOption, attempting: "show")
        guard job.state == .dead else {
            let state = job.state?.rawValue ?? "damaged"
            throw Failure(
                .wrongState,
                "Cannot show job \(job.id) in \"\(queue.name)\" as a dead job: it is \(state). See queuectl show \(job.id)"
            )
        }
        try await JobDetails(job, in: queue, hiding: try await session.redaction(reveal, console)).print(on: console)
    }
}
