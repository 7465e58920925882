import ArgumentParser
import QueueKit

struct ConfigGet: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Print the value of a setting, or all of them.",
        usage: "queuectl config get [<setting>]",
        discussion: """
            EXAMPLES:
              queuectl config get max-retries
            """.filled
    )

    @Argument(help: "The name; - and _ are the same.", completion: .list(ConfigurationKey.allCases.map(\.rawValue)))
    var setting: String?

    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        let key = try setting.map { try ConfigurationKey(named: $0) }
        let settings = try await SettingList(session)
        guard let key else { return settings.print(on: console) }
        if console.isJSON {
            console.print(settings.json(key))
        } else {
            console.print(settings.configuration.text(of: key))
        }
    }
}
