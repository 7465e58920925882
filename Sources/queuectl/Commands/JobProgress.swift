import ArgumentParser
import QueueKit

struct JobProgress: NoteCommand {
    static let configuration = CommandConfiguration(
        commandName: "progress",
        abstract: "Inside a job: tell how far it is, in percent.",
        usage: "queuectl job progress <percent> [<text> ...]",
        discussion: """
            Seen at once in list, show and their JSON. A fraction of a percent is cut off.

            EXAMPLES:
              queuectl job progress 40
              queuectl job progress 62.5 encoding page 5 of 8
            """
    )
    static let deed = "report the progress"

    @Argument(help: ArgumentHelp("0...100.", valueName: "percent"))
    var percent: String

    @Argument(help: ArgumentHelp("What it is doing.", valueName: "text"))
    var words: [String] = []

    @OptionGroup var options: GlobalOptions

    func note() throws -> RunNote {
        .progress(try RunNote.percent(percent), words.isEmpty ? nil : words.joined(separator: " "))
    }
}
