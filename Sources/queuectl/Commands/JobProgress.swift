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
            """.filled
    )
    static let deed = "report the progress"

    // Unrecognized ones too, so that -1 is refused as a percentage and not as a flag.
    @Argument(
        parsing: .allUnrecognized,
        help: ArgumentHelp("0...100; then, if you like, what it is doing.", valueName: "percent")
    )
    var words: [String]

    @OptionGroup var options: GlobalOptions

    func note() throws -> RunNote {
        let words = Self.spoken(words)
        guard let percent = words.first else {
            throw Failure(.usage, "Say how far it is: queuectl job progress PERCENT")
        }
        return .progress(try RunNote.percent(percent), words.count > 1 ? Self.text(words.dropFirst()) : nil)
    }
}
