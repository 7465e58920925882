import ArgumentParser
import QueueKit

struct JobError: NoteCommand {
    static let configuration = CommandConfiguration(
        commandName: "error",
        abstract: "Inside a job: say what went wrong, for the case that the run fails.",
        usage: "queuectl job error <text> ...",
        discussion: """
            It takes the place of the error that queuectl would keep: the exit code and the last line on stderr.

            EXAMPLES:
              queuectl job error the mail server does not answer
            """.filled
    )
    static let deed = "report the error"

    // Unrecognized ones too: a text may begin with a dash.
    @Argument(parsing: .allUnrecognized, help: ArgumentHelp("What went wrong.", valueName: "text"))
    var words: [String]

    @OptionGroup var options: GlobalOptions

    func note() -> RunNote { .error(Self.text(words)) }
}
