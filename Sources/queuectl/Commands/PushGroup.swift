import ArgumentParser

struct PushGroup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "push",
        abstract: "For services that push jobs: check documents, and show their schema. No Redis is needed.",
        discussion: """
            EXAMPLES:
              queuectl push schema
              echo '{"command":"make report"}' | queuectl push check -
            """.filled,
        subcommands: [PushCheck.self, PushSchema.self]
    )
}
