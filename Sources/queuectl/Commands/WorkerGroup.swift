import ArgumentParser

struct WorkerGroup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Run jobs, and see and stop those who do.",
        subcommands: [WorkerStart.self]
    )
}
