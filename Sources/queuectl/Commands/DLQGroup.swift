import ArgumentParser

struct DLQGroup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dlq",
        abstract: "The dead-letter queue: jobs that were given up.",
        discussion: """
            EXAMPLES:
              queuectl dlq list
              queuectl dlq retry --all
            """.filled,
        subcommands: [DLQList.self, DLQShow.self, DLQRetry.self, DLQPurge.self]
    )
}
