import ArgumentParser
import QueueKit

/// A task and its arguments, as flags.
struct TaskOptions: ParsableArguments {
    @Option(
        name: .customLong("task"),
        parsing: .unconditional,
        help: ArgumentHelp("A task that a worker knows by this name.", valueName: "name")
    )
    var name: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Its arguments: an object of strings, numbers, booleans and lists of these.",
            valueName: "json"
        )
    )
    var args: String?
}
