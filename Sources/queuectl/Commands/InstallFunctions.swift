import ArgumentParser
import QueueKit

struct InstallFunctions: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "install-functions",
        abstract: "Put the functions on the server by which other services add jobs (FCALL).",
        usage: "queuectl install-functions",
        discussion: """
            Once for a server, by an operator: for all queues and namespaces. On a cluster they are put on every primary. Given again it
            changes nothing, unless another release has put its code there: that is replaced. Services then call:
              FCALL queuectl_enqueue 1 queuectl:{default}:incoming '{"command":"true"}'

            EXAMPLES:
              queuectl install-functions
              queuectl install-functions --json
            """.filled
    )

    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        let servers = try await QueueFunctions(redis: session.redis).install()
        if console.isJSON {
            console.print(
                .members([
                    "library": .string(QueueFunctions.library),
                    "functions": .array(QueueFunctions.names.map(JSONValue.string)),
                    "servers": .array(
                        servers.map {
                            .members(["server": .string($0.server), "status": .string($0.outcome.rawValue)])
                        }
                    ),
                ])
            )
        } else if console.isQuiet {
            for name in QueueFunctions.names { console.print(name) }
        } else {
            for server in servers { console.print("\(server.server): \(server.outcome.words)") }
        }
    }
}

extension FunctionInstallation.Outcome {
    /// For people.
    fileprivate var words: String {
        let names = QueueFunctions.names.joined(separator: ", ")
        switch self {
        case .installed: return "\(names) installed"
        case .replaced: return "\(names) replaced: it was of another release"
        case .unchanged: return "\(names) is there already"
        }
    }
}
