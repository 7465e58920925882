import ArgumentParser

/// The commands that arguments name, one below the other.
struct CommandPath {
    /// The last command that the words name.
    private(set) var command: any ParsableCommand.Type = Queuectl.self
    /// How many of the arguments are names of commands.
    private(set) var length = 0

    init(_ arguments: some Sequence<String>) {
        for word in arguments {
            guard let next = Self.children(of: command).first(where: { $0.name == word })?.type else { return }
            command = next
            length += 1
        }
    }

    /// The names of the commands below this one.
    var childNames: [String] { Self.children(of: command).map(\.name) }

    private static func children(of command: any ParsableCommand.Type) -> [(
        name: String, type: any ParsableCommand.Type
    )] {
        let configuration = command.configuration
        let types = configuration.subcommands
        return types.flatMap { type in
            ([type.configuration.commandName ?? String(describing: type).lowercased()] + type.configuration.aliases)
                .map { ($0, type) }
        }
    }
}
