import ArgumentParser
import QueueKit

struct VersionCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "version",
        abstract: "Show the version.",
        usage: "queuectl version [--json]",
        discussion: """
            EXAMPLES:
              queuectl version --json
            """.filled
    )

    @OptionGroup var options: GlobalOptions

    func run(_ console: Console) {
        if console.isJSON {
            console.print(
                .members([
                    "version": .string(Version.number), "schema": .integer(Version.schema),
                    "document_version": .integer(Version.document),
                ])
            )
        } else {
            console.print(console.isQuiet ? Version.number : Version.line)
        }
    }
}
