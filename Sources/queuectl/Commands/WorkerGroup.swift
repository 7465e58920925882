import ArgumentParser

struct WorkerGroup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Run jobs, and see and stop those who do.",
        discussion: """
            EXAMPLES:
              queuectl worker start --count 3
              queuectl worker list
            """.filled,
        subcommands: [WorkerStart.self, WorkerList.self, WorkerStop.self]
    )
}
