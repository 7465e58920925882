import ArgumentParser
import QueueKit

struct PushSchema: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema (draft 2020-12) of a job.",
        usage: "queuectl push schema [--answer | --signed]",
        discussion: """
            EXAMPLES:
              queuectl push schema > job.schema.json
              queuectl push schema --answer
              queuectl push schema --signed
            """.filled
    )

    @Flag(help: "That of the answer which is pushed to those who give a reply_to.")
    var answer = false

    @Flag(help: "That of a signed job, which is pushed with its document in it.")
    var signed = false

    @OptionGroup var options: GlobalOptions

    func run(_ console: Console) throws {
        guard !(answer && signed) else { throw Failure(.usage, "Give --answer or --signed, but not both") }
        console.print(raw: answer ? JobSchema.answer : signed ? JobSchema.signed : JobSchema.document)
    }
}
