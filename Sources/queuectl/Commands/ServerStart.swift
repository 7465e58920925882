import ArgumentParser
import EmbeddedRedis
import QueueKit

struct ServerStart: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Start the server, unless it runs.",
        usage: "queuectl server start",
        discussion: """
            EXAMPLES:
              queuectl server start
            """.filled
    )

    @OptionGroup var options: GlobalOptions

    func run(_ console: Console) async throws {
        let outcome = try await Embedded.server().start()
        let result = outcome == .started ? "started" : "already_running"
        if console.isJSON { return console.print(.members(["result": .string(result)])) }
        if !console.isQuiet { console.print(outcome == .started ? "started" : "It runs already.") }
    }
}
