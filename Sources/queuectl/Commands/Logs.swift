import ArgumentParser
import QueueKit

struct Logs: SessionCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print what a job prints, while it runs or afterwards, from any host.",
        usage:
            "queuectl logs <id> [--follow] [--attempt <n>] [--tail <n>] [--timestamps] [--reveal] [--stdout | --stderr]",
        discussion: """
            The output of the last attempt: its stdout on stdout, its stderr on stderr, byte for byte; escaped on a
            terminal. Where a run has printed more than output-cap, its middle is missing, and a line on stderr says so.
            --follow goes on with what comes, and with the next attempts, and ends when the job is over.

            EXAMPLES:
              queuectl logs job1
              queuectl logs job1 --follow --timestamps
              queuectl logs job1 --attempt 1 --stderr --tail 20
            """.filled
    )

    @Argument(help: ArgumentHelp("The id of a job.", valueName: "id"))
    var id: String

    @Flag(name: .shortAndLong, help: "Go on with what comes until the job is over. A job that waits is waited for.")
    var follow = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("This attempt, from 1, and no other. (default: the last)", valueName: "n")
    )
    var attempt: String?

    @Option(
        name: .customLong("tail"),
        parsing: .unconditional,
        help: ArgumentHelp("Of what is there already, only the last lines, so many.", valueName: "n")
    )
    var lastLines: String?

    @Flag(help: "Put before each line when it was printed. Lines are shown when they are complete.")
    var timestamps = false

    @Flag(help: "Only what the job prints on stdout.")
    var stdout = false

    @Flag(help: "Only what the job prints on stderr.")
    var stderr = false

    @OptionGroup var reveal: RevealOption
    @OptionGroup var queueOption: QueueOption
    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        let number = try attempt.map { try NumberOption.parse($0, "--attempt", 1...1_000_000_000) }
        let lines = try lastLines.map { try NumberOption.parse($0, "--tail", 0...1_000_000_000) }
        let (job, queue) = try await session.job(
            try JobTargets.id(id),
            queueOption,
            attempting: "show the output of"
        )
        var view = LogView(of: job, in: queue, on: console)
        view.lines = lines
        view.redaction = try await session.redaction(reveal, console)
        view.streams = stdout == stderr ? LogEntry.Stream.allCases : [stdout ? .stdout : .stderr]
        view.form = console.isJSON ? .json : timestamps ? .timed : .plain
        if follow {
            try await view.follow(number)
        } else {
            try await view.show(number)
        }
    }
}
