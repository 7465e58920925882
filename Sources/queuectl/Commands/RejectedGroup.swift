import ArgumentParser

struct RejectedGroup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rejected",
        abstract: "Malformed jobs that other services have pushed.",
        discussion: """
            EXAMPLES:
              queuectl rejected list
              queuectl rejected retry 1795251600000-0
              queuectl rejected purge --yes
            """.filled,
        subcommands: [RejectedList.self, RejectedShow.self, RejectedRetry.self, RejectedPurge.self]
    )
}
