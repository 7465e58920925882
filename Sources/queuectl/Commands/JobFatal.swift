import ArgumentParser
import QueueKit

struct JobFatal: NoteCommand {
    static let configuration = CommandConfiguration(
        commandName: "fatal",
        abstract: "Inside a job: say that it makes no sense to try again.",
        usage: "queuectl job fatal <text> ...",
        discussion: """
            The run has failed, whatever its exit code, and the job goes to the dead-letter queue when the run ends.
            This does not end it: exit yourself.

            EXAMPLES:
              queuectl job fatal the file is no image
            """.filled
    )
    static let deed = "report the failure"

    // Unrecognized ones too: a text may begin with a dash.
    @Argument(parsing: .allUnrecognized, help: ArgumentHelp("Why.", valueName: "text"))
    var words: [String]

    @OptionGroup var options: GlobalOptions

    func note() -> RunNote { .fatal(Self.text(words)) }
}
