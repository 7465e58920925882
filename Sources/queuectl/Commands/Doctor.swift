import ArgumentParser
import QueueKit

struct Doctor: SessionCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check Redis, workers and queues, and repair what is safe to repair.",
        usage: "queuectl doctor [--queue <name> ...] [--role <role>] [--fix]",
        discussion: """
            Reads everything in small steps while the system is at work. Without --fix it changes nothing.
            Ends with 1 when there are errors or warnings; notes are no findings of that kind.

            EXAMPLES:
              queuectl doctor
              queuectl doctor --queue default --fix
              queuectl doctor --role worker
              queuectl doctor --json
            """.filled
    )

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("A queue to check; repeatable. (default: all)", valueName: "name")
    )
    var queue: [String] = []

    @Option(
        help: ArgumentHelp(
            "What the Redis user is there for, and so which rights it needs: \(UserRole.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "role"
        )
    )
    var role = UserRole.admin

    @Flag(help: "Repair what is safe, and say what was done.")
    var fix = false

    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        var names: [QueueName] = []
        for text in queue {
            let name = try QueueOption.name(text)
            if !names.contains(name) { names.append(name) }
        }
        let examination = try await Examination(session, names, as: role, repairs: fix, console)
        if console.isJSON {
            console.print(examination.json)
        } else if console.isQuiet {
            for finding in examination.findings { console.print(finding.kind.rawValue) }
        } else {
            ExaminationScreen(examination: examination, console: console).print()
        }
        if !examination.isHealthy { throw Reported(status: .failed) }
    }
}

extension UserRole: ExpressibleByArgument {}
