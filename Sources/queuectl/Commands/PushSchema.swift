import ArgumentParser
import QueueKit

struct PushSchema: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema (draft 2020-12) of a job.",
        usage: "queuectl push schema [--answer]",
        discussion: """
            EXAMPLES:
              queuectl push schema > job.schema.json
              queuectl push schema --answer
            """.filled
    )

    @Flag(help: "That of the answer which is pushed to those who give a reply_to.")
    var answer = false

    @OptionGroup var options: GlobalOptions

    func run(_ console: Console) {
        console.print(raw: answer ? JobSchema.answer : JobSchema.document)
    }
}
