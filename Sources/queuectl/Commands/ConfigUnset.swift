import ArgumentParser
import QueueKit

struct ConfigUnset: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "unset",
        abstract: "Return a setting to its default.",
        usage: "queuectl config unset <setting>",
        discussion: """
            EXAMPLES:
              queuectl config unset backoff-base
            """.filled
    )

    @Argument(help: "The name; - and _ are the same.", completion: .list(ConfigurationKey.allCases.map(\.rawValue)))
    var setting: String

    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        let key = try ConfigurationKey(named: setting)
        let changed = try await session.directory.unset(key)
        if console.isJSON {
            console.print(
                .members([
                    "key": .string(key.rawValue), "value": .string(key.defaultText), "origin": .string("default"),
                    "changed": .bool(changed),
                ])
            )
        } else if !console.isQuiet {
            console.print("\(key) \(key.defaultText) (the default)")
        }
    }
}
