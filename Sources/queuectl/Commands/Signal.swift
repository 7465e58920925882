import ArgumentParser
import QueueKit
import QueueWorker

struct Signal: SessionCommand {
    static let configuration = CommandConfiguration(
        abstract: "Send a signal to a job that runs, on whichever host.",
        usage: "queuectl signal <id> <signal> [--queue <name>]",
        discussion: """
            The signal is a name, with or without SIG, or a number. It goes to the process group of the job, as from a terminal.
            A job that KILL or another signal ends has failed, and is retried; cancel ends it for good. STOP and CONT are better
            sent by pause and resume, which reach every process, halt the timeout, and show.

            EXAMPLES:
              queuectl signal job1 HUP
            """.filled
    )

    @Argument(help: ArgumentHelp("The id of a job.", valueName: "id"))
    var id: String

    @Argument(help: ArgumentHelp("HUP, SIGUSR1, 15, ...", valueName: "signal"))
    var signal: String

    @OptionGroup var queueOption: QueueOption
    @OptionGroup var options: GlobalOptions

    func run(_ session: Session, _ console: Console) async throws {
        let id = try JobTargets.id(id)
        guard let number = SignalName.number(signal) else {
            let shown = TerminalText.quotedForMessage(signal)
            throw Failure(.usage, "\(shown) is not a signal; give a name such as HUP or USR1, or a number from 1 to 64")
        }
        guard let queue = try await session.locate([id], queueOption)[0] else {
            throw Failure(.notFound, JobVerb.notFound("signal", id, in: nil))
        }
        switch try await queue.signal(id, number) {
        case .sent: report(id, number, in: queue.name, console)
        case .unheard:
            throw Failure(
                .failed,
                "Cannot signal job \(id) in \"\(queue.name)\": its worker cannot be reached. Try again, or see queuectl worker list"
            )
        case .wrongState(let state):
            throw Failure(
                .wrongState,
                "Cannot signal job \(id) in \"\(queue.name)\": \(JobVerb.notRunning(state))"
            )
        case .notFound: throw Failure(.notFound, JobVerb.notFound("signal", id, in: queue.name))
        }
    }

    private func report(_ id: JobID, _ number: Int32, in queue: QueueName, _ console: Console) {
        if console.isJSON {
            console.print(
                .members([
                    "id": .string(id.text), "queue": .string(queue.text), "result": .string("signalled"),
                    "signal": .integer(Int(number)),
                ])
            )
        } else {
            console.print(console.isQuiet ? id.text : "sent \(SignalName.of(number)) to \(id)")
        }
    }
}
