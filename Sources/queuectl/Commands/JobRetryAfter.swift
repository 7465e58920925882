import ArgumentParser
import QueueKit

struct JobRetryAfter: NoteCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry-after",
        abstract: "Inside a job: say how long to wait before the next attempt if the run fails.",
        usage: "queuectl job retry-after <duration>",
        discussion: """
            Instead of the backoff, for this retry. It still counts as one; at most 30d.

            EXAMPLES:
              queuectl job retry-after 5m
            """.filled
    )
    static let deed = "set the time of the retry"

    @Argument(help: ArgumentHelp("500ms, 30s, 5m, 2h, 1d.", valueName: "duration"))
    var wait: String

    @OptionGroup var options: GlobalOptions

    func note() throws -> RunNote {
        .retryAfter(try DurationOption.parse(wait, "retry-after", atMost: RunNote.longestWait))
    }
}
