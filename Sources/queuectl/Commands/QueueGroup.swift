import ArgumentParser

struct QueueGroup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue",
        abstract: "See queues, pause and resume them.",
        discussion: """
            EXAMPLES:
              queuectl queue list
              queuectl queue pause default
            """.filled,
        subcommands: [QueueList.self, QueuePause.self, QueueResume.self]
    )
}
