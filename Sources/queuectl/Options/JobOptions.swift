import ArgumentParser
import QueueKit

/// The fields of a job as flags. They are read by the same checks as the fields of a document.
struct JobOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        parsing: .unconditional,
        help: ArgumentHelp("A command for the shell.", valueName: "text")
    )
    var command: String?

    @OptionGroup var task: TaskOptions

    @Option(name: .shortAndLong, parsing: .unconditional, help: ArgumentHelp("0...10; 10 runs first.", valueName: "n"))
    var priority: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("Retries after the first attempt.", valueName: "n"))
    var maxRetries: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The wait before retry n is this to the power of n, in seconds.", valueName: "n")
    )
    var backoffBase: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("The longest wait between attempts.", valueName: "duration"))
    var backoffCap: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How long one run may take: 500ms, 30s, 5m, 2h, 1d.", valueName: "duration")
    )
    var timeout: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("The time from TERM to KILL.", valueName: "duration"))
    var grace: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("Wait so long before the first run.", valueName: "duration"))
    var delay: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Run first at this time: 2030-01-31T09:00:00Z.", valueName: "time")
    )
    var runAt: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Dead unless it was started by then: 10m, or 2030-01-31T09:00:00Z.", valueName: "when")
    )
    var expires: String?

    @OptionGroup var outcome: OutcomeOptions

    @Option(
        name: .shortAndLong,
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("A variable of the job's environment; repeatable.", valueName: "name=value")
    )
    var env: [String] = []

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "A variable that the worker fills in, from a file that it keeps for secrets or a variable of its own; repeatable.",
            valueName: "name=file:name|variable:name"
        )
    )
    var envFrom: [String] = []

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The folder that it runs in.", valueName: "path"),
        completion: .directory
    )
    var cwd: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("What it reads from standard input.", valueName: "text"))
    var stdin: String?

    @Option(
        name: .long,
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("A label; repeatable.", valueName: "text")
    )
    var tag: [String] = []

    @Option(parsing: .unconditional, help: ArgumentHelp("An object of your own.", valueName: "json"))
    var meta: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Push what came of it onto the list of answers of this name.", valueName: "name")
    )
    var replyTo: String?
}
