import ArgumentParser
import QueueKit

struct Cancel: SessionCommand {
    static let configuration = CommandConfiguration(
        abstract: "Cancel jobs: those that wait, and those that run.",
        usage: "queuectl cancel <id> ... [--wait [--timeout <duration>]] [--queue <name>]",
        discussion: """
            A job that waits is cancelled at once. One that runs gets TERM from its worker within a second, on whichever host,
            then KILL, and is not retried. The wish is stored with the job: it outlives restarts of the worker and of Redis.
            A job that comes to its end first has ended so; --wait waits and says what really happened to each.

            EXAMPLES:
              queuectl cancel job1
              queuectl cancel job1 --wait --timeout 1m
            """.filled
    )

    @OptionGroup var targets: JobTargets

    @Flag(help: "Wait until the jobs have ended, and say how. Ends with 3 if one was not cancelled.")
    var wait = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How long to wait at the most. (default: as long as it takes)", valueName: "duration")
    )
    var timeout: String?

    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        let limit = try timeout.map { try DurationOption.parse($0, "--timeout", atMost: .seconds(30 * 86_400)) }
        guard wait || limit == nil else { throw Failure(.usage, "--timeout goes with --wait") }
        let operation = JobOperation(verb: .cancel, session: session, console: console)
        if wait {
            try await CancelWaiting(operation: operation, limit: limit).run(on: targets)
        } else {
            try await operation.run(on: targets)
        }
    }
}
