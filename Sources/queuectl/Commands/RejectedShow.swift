import ArgumentParser
import QueueKit

struct RejectedShow: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a rejected push: why, and what it was.",
        usage: "queuectl rejected show <id> [--queue <name>] [--reveal]",
        discussion: """
            EXAMPLES:
              queuectl rejected show 1795251600000-0
            """.filled
    )

    @Argument(help: ArgumentHelp("Its id, as rejected list shows it.", valueName: "id"))
    var id: String

    @OptionGroup var reveal: RevealOption
    @OptionGroup var queueOption: QueueOption
    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        let (push, queue) = try await session.rejectedPush(id, queueOption, attempting: "show")
        let redaction = try await session.redaction(reveal, console)
        print(push.redacted(by: redaction), in: queue.name, try await session.now(), console)
    }

    private func print(_ push: RejectedPush, in queue: QueueName, _ now: Timestamp, _ console: Console) {
        if console.isJSON { return console.print(push.json(in: queue)) }
        if console.isQuiet { return console.print(push.id) }
        console.print("\(console.styled(push.id, .bold))  \(console.styled("rejected", .red))")
        console.print("  \(console.styled("queue", .dim))   \(queue)")
        console.print(
            "  \(console.styled("time", .dim))    \(push.time.rfc3339) (\(RelativeTime.describe(push.time, from: now)))"
        )
        console.print("  \(console.styled("reason", .dim))  \(TerminalText.escape(push.reason))")
        let cut = push.isWhole ? "" : ", the first \(push.keptBytes.grouped) kept, SHA-1 \(push.sha1 ?? "")"
        console.print("  \(console.styled("bytes", .dim))   \(push.length.grouped)\(cut)")
        let next = push.isSigned ? Readmission.signing : "queuectl rejected retry \(push.id) --edit"
        console.print("  \(console.styled("next", .dim))    \(next)")
        console.print("")
        console.print(TerminalText.escape(push.raw, keepsLines: true))
    }
}
