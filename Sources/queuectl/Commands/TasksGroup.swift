import ArgumentParser

struct TasksGroup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tasks",
        abstract: "For those who say what workers may run: check a file of tasks and policies. No Redis is needed.",
        discussion: """
            EXAMPLES:
              queuectl tasks check tasks.yaml
            """.filled,
        subcommands: [TasksCheck.self]
    )
}
