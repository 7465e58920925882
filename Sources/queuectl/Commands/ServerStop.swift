import ArgumentParser
import EmbeddedRedis
import QueueKit

struct ServerStop: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Stop the server; its data stay.",
        usage: "queuectl server stop [--timeout <duration>]",
        discussion: """
            Workers that use it wait until it is back. Everything acknowledged is on disk when this returns.

            EXAMPLES:
              queuectl server stop
            """.filled
    )

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How long to wait for it. (default: 10s)", valueName: "duration")
    )
    var timeout: String?

    @OptionGroup var options: GlobalOptions

    func run(_ console: Console) async throws {
        let limit =
            try timeout.map { try DurationOption.parse($0, "--timeout", atMost: .seconds(3600)) } ?? .seconds(10)
        let outcome = try await Embedded.server().stop(timeout: limit)
        let result: (String, String) =
            switch outcome {
            case .stopped(let pid): ("stopped", "stopped (it was process \(pid))")
            case .notRunning: ("not_running", "It does not run.")
            }
        if console.isJSON { return console.print(.members(["result": .string(result.0)])) }
        if !console.isQuiet { console.print(result.1) }
    }
}
