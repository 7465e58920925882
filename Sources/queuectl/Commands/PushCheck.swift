import ArgumentParser
import QueueKit

struct PushCheck: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check documents as an intake would, and say what is wrong where. Needs no Redis.",
        usage: "queuectl push check <path> [--queue <name>]",
        discussion: """
            A file holds one document, an array of them, or one on each line (NDJSON). Prints a line for each thing
            that is wrong: file, line and column, the path of the value, the reason. Ends with 65 if there is any.
            With --json, an object for each document: {"document":1,"line":1,"valid":true,"problems":[]}

            EXAMPLES:
              echo '{"command":"make report","priority":8}' | queuectl push check -
              printf '{"task":"%s"}\\n' resize crop | queuectl push check - --json
            """.filled
    )

    @Argument(help: ArgumentHelp("A file; - for stdin.", valueName: "path"), completion: .file())
    var path: String

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The queue that they are to be pushed to; a document may not name another.",
            valueName: "name"
        )
    )
    var queue: String?

    @OptionGroup var options: GlobalOptions

    func run(_ console: Console) throws {
        let queue = try queue.map(QueueOption.name)
        let file = try DocumentFile(path: path)
        var (documents, wrong) = (0, 0)
        try file.forEach(pushedTo: queue) { document in
            documents += 1
            if !document.problems.isEmpty { wrong += 1 }
            print(document, number: documents, of: file, console)
        }
        if wrong > 0 {
            console.note("\(wrong.grouped) of \(documents.of("document")) \(wrong == 1 ? "is" : "are") wrong")
            throw Reported(status: .badData)
        }
        console.note("\(documents.of("document")), nothing wrong")
    }

    private func print(_ document: DocumentFile.Document, number: Int, of file: DocumentFile, _ console: Console) {
        if console.isJSON { return console.print(json(document, number)) }
        guard !console.isQuiet else { return }
        for (problem, position) in document.problems {
            console.print("\(file.name):\(position.line):\(position.column): \(problem.path): \(problem.message)")
        }
    }

    private func json(_ document: DocumentFile.Document, _ number: Int) -> JSONValue {
        .members([
            "document": .integer(number), "line": .integer(document.line), "valid": .bool(document.problems.isEmpty),
            "problems": .array(
                document.problems.map { problem, position in
                    .members([
                        "path": .string(problem.path), "line": .integer(position.line),
                        "column": .integer(position.column), "message": .string(problem.message),
                    ])
                }
            ),
        ])
    }
}
