import ArgumentParser
import QueueKit

struct ConfigSet: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Change a setting.",
        usage: "queuectl config set <setting> <value>",
        discussion: """
            The settings:
            \(Glossary.text(ConfigurationKey.allCases.map { ($0.rawValue, $0.meaning) }))

            EXAMPLES:
              queuectl config set max-retries 5
              queuectl config set backoff-base 2
              queuectl config set job-timeout 10m
            """.filled
    )

    @Argument(help: "The name; - and _ are the same.", completion: .list(ConfigurationKey.allCases.map(\.rawValue)))
    var setting: String

    // Unrecognized ones too, so that -1 is refused as a value and not as a flag.
    @Argument(parsing: .allUnrecognized, help: ArgumentHelp("The value.", valueName: "value"))
    var values: [String]

    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        let key = try ConfigurationKey(named: setting)
        guard let value = values.first, values.count == 1 else {
            throw Failure(.usage, "\(key): give one value: \(key.accepted)")
        }
        let text = try key.canonical(value)
        try QueueConfiguration.check(key, text, with: try await session.directory.storedConfiguration())
        try await session.directory.set(key, to: text)
        if console.isJSON {
            console.print(.members(["key": .string(key.rawValue), "value": .string(text), "origin": .string("redis")]))
        } else if !console.isQuiet {
            console.print("\(key) \(text)")
        }
    }
}
