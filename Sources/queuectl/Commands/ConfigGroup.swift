import ArgumentParser

struct ConfigGroup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Settings that are stored in Redis and shared by all hosts.",
        discussion: """
            Workers follow within a heartbeat; jobs that exist keep what they were enqueued with.

            EXAMPLES:
              queuectl config set max-retries 5
              queuectl config list --show-origin
            """.filled,
        subcommands: [ConfigGet.self, ConfigSet.self, ConfigUnset.self, ConfigList.self]
    )
}
