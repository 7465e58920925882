import ArgumentParser
import QueueKit

struct WorkerStop: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Stop workers gracefully: all of them, on any host.",
        usage: "queuectl worker stop [--id <worker>] [--host <host>] [--no-wait] [--timeout <duration>]",
        discussion: """
            They take no new jobs; running ones get the time that shutdown-timeout allows, and then go back to the queue.
            Waits until the workers have ended. No workers are no error.

            EXAMPLES:
              queuectl worker stop
              queuectl worker stop --host web-1 --no-wait
            """.filled
    )

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Only this worker; repeatable.", valueName: "worker")
    )
    var id: [String] = []

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Only workers on this host; repeatable.", valueName: "host")
    )
    var host: [String] = []

    @Flag(help: "Ask them, and do not wait until they have ended.")
    var noWait = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How long to wait. (default: shutdown-timeout and 30s)", valueName: "duration")
    )
    var timeout: String?

    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        let limit = try timeout.map { try DurationOption.parse($0, "--timeout", atMost: .seconds(86_400)) }
        let wanted = try id.map { text in
            guard let worker = WorkerID(text) else {
                throw Failure(
                    .usage,
                    "--id: \(TerminalText.quotedForMessage(text)) is not the id of a worker; see queuectl worker list"
                )
            }
            return worker
        }
        var stopping = WorkerStopping(session: session, console: console)
        stopping.limit = limit
        try await stopping.run(wanted, hosts: host, waits: !noWait)
    }
}
