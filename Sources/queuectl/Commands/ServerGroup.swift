import ArgumentParser

struct ServerGroup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "server",
        abstract: "queuectl's own Redis, used when no other is configured.",
        discussion: """
            It keeps its data in QUEUECTL_DATA_DIR, else in $XDG_DATA_HOME/queuectl or ~/.local/share/queuectl, and is
            started by the first command that needs it.

            EXAMPLES:
              queuectl server status
            """.filled,
        subcommands: [ServerStatus.self, ServerStart.self, ServerStop.self]
    )
}
