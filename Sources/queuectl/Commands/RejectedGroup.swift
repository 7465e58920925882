import ArgumentParser

struct RejectedGroup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rejected",
        abstract: "Malformed jobs that other services have pushed.",
        discussion: """
            EXAMPLES:
              queuectl rejected list
              queuectl rejected purge --yes
            """.filled,
        subcommands: [RejectedList.self, RejectedShow.self, RejectedPurge.self]
    )
}
