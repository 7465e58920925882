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
            any. Otherwise it prints the names of the tasks. What only this machine lacks, such as the user of run_as, is a
            warning: the file may be meant for another one.

            EXAMPLES:
              queuectl tasks check tasks.yaml
              queuectl tasks check - --json <tasks.yaml
            """.filled
    )

    @Argument(help: ArgumentHelp("A file; - for stdin.", valueName: "path"), completion: .file())
    var path: String

    @Flag(help: "Warnings are mistakes too: a worker on this machine is to use the file.")
    var strict = false

    @OptionGroup var options: GlobalOptions

    func run(_ console: Console) throws {
        let name = path == "-" ? "stdin" : TerminalText.escape(path)
        let bytes = try TaskFileOption.bytes(of: path)
        do throws(TaskFileError) {
            let file = try TaskFile(bytes, forAnyMachine: !strict)
            if console.isJSON { return console.print(json(file.names, [], file.warnings)) }
            for task in file.names { console.print(task) }
            for warning in file.warnings {
                console.note("\(name):\(warning.line): on this machine: \(warning.message)")
            }
            let verdict = file.warnings.isEmpty ? "nothing wrong" : file.warnings.count.of("warning")
            console.note("\(file.names.count.of("task")), \(verdict)")
        } catch {
            if console.isJSON {
                console.print(json([], error.problems, []))
            } else if !console.isQuiet {
                for problem in error.problems { console.print("\(name):\(problem.line): \(problem.message)") }
            }
            console.note("\(error.problems.count.of("problem")) in \(name)")
            throw Reported(status: .configuration)
        }
    }

    private func json(
        _ tasks: [String],
        _ problems: [TaskFileProblem],
        _ warnings: [TaskFileProblem]
    ) -> JSONValue {
        .members([
            "valid": .bool(problems.isEmpty), "tasks": .array(tasks.map(JSONValue.string)),
            "problems": .array(problems.map(json)), "warnings": .array(warnings.map(json)),
        ])
    }

    private func json(_ problem: TaskFileProblem) -> JSONValue {
        .members(["line": .integer(problem.line), "message": .string(problem.message)])
    }
}
