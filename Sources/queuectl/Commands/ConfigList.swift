import ArgumentParser

struct ConfigList: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List all settings with their values.",
        usage: "queuectl config list [--show-origin]",
        discussion: """
            EXAMPLES:
              queuectl config list --show-origin
            """.filled
    )

    @Flag(help: "Say whether each is stored in Redis or is the default.")
    var showOrigin = false

    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        var settings = try await SettingList(session)
        settings.showsOrigin = showOrigin
        settings.print(on: console)
    }
}
