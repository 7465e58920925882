import ArgumentParser
import QueueKit

struct PushSchema: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema (draft 2020-12) of a job.",
        usage: "queuectl push schema [--result]",
        discussion: """
            EXAMPLES:
              queuectl push schema > job.schema.json
              queuectl push schema --result
            """.filled
    )

    @Flag(help: "That of what is pushed to those who give a reply_to.")
    var result = false

    @OptionGroup var options: GlobalOptions

    func run(_ console: Console) {
        console.print(raw: result ? JobSchema.result : JobSchema.document)
    }
}
