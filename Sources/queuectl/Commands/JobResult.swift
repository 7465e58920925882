import ArgumentParser
import QueueKit

struct JobResult: NoteCommand {
    static let configuration = CommandConfiguration(
        commandName: "result",
        abstract: "Inside a job: hand over what came of it, a JSON value.",
        usage: "queuectl job result <json>",
        discussion: """
            Any JSON value of up to 64 KiB; - reads it from standard input. The last one of a run counts. It is kept
            with the job when the run ends, until the job runs again.

            EXAMPLES:
              queuectl job result '{"pages":8}'
              echo '["a.png","b.png"]' | queuectl job result -
            """.filled
    )
    static let deed = "hand over the result"

    @Argument(help: ArgumentHelp("A JSON value, or - for standard input.", valueName: "json"))
    var json: String

    @OptionGroup var options: GlobalOptions

    func note() throws -> RunNote {
        let note = RunNote.result(try ResultInput.read(json))
        do throws(DocumentError) {
            return try note.checked()
        } catch {
            throw Failure(document: error)
        }
    }
}
