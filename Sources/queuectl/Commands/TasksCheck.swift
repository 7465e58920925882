import ArgumentParser
import QueueKit
import QueueWorker

struct TasksCheck: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a task file as a worker would, and say what is wrong on which line. Needs no Redis.",
        usage: "queuectl tasks check <path>",
        discussion: """
            Prints a line for each thing that is wrong: file, line, where, and what is expected. Ends with 78 if there is
            any. Otherwise it prints the names of the tasks.

            EXAMPLES:
              queuectl tasks check tasks.yaml
              queuectl tasks check - --json <tasks.yaml
            """.filled
    )

    @Argument(help: ArgumentHelp("A file; - for stdin.", valueName: "path"), completion: .file())
    var path: String

    @OptionGroup var options: GlobalOptions

    func run(_ console: Console) throws {
        let name = path == "-" ? "stdin" : TerminalText.escape(path)
        let bytes = try TaskFileOption.bytes(of: path)
        do throws(TaskFileError) {
            let file = try TaskFile(bytes)
            if console.isJSON { return console.print(json(file.names, [])) }
            for task in file.names { console.print(task) }
            console.note("\(file.names.count.of("task")), nothing wrong")
        } catch {
            if console.isJSON {
                console.print(json([], error.problems))
            } else if !console.isQuiet {
                for problem in error.problems { console.print("\(name):\(problem.line): \(problem.message)") }
            }
            console.note("\(error.problems.count.of("problem")) in \(name)")
            throw Reported(status: .configuration)
        }
    }

    private func json(_ tasks: [String], _ problems: [TaskFileProblem]) -> JSONValue {
        .members([
            "valid": .bool(problems.isEmpty), "tasks": .array(tasks.map(JSONValue.string)),
            "problems": .array(
                problems.map { .members(["line": .integer($0.line), "message": .string($0.message)]) }
            ),
        ])
    }
}
