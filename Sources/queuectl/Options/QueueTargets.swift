import ArgumentParser
import QueueKit

/// The queues that a command is to act on: names, `--queue`, or all that there are.
struct QueueTargets: ParsableArguments {
    @Argument(help: ArgumentHelp("Names of queues.", valueName: "queue"))
    var names: [String] = []

    @Flag(help: "Every queue.")
    var all = false

    @OptionGroup var queueOption: QueueOption

    /// The queues, each once, in the order given. Nothing is taken for granted: a variable that is empty in a script must not
    /// pause a queue that nobody meant.
    ///
    /// - Parameter verb: How it follows "Say which queues to".
    func queues(of session: Session, to verb: String) async throws -> [QueueName] {
        var checked = try queueOption.name().map { [$0] } ?? []
        for text in names {
            let name = try QueueOption.name(text, from: "")
            if !checked.contains(name) { checked.append(name) }
        }
        switch (all, checked.isEmpty) {
        case (true, true): return try await session.queues(nil).map(\.name)
        case (false, false): return checked
        case (true, false): throw Failure(.usage, "Give names or --all, but not both")
        case (false, true): throw Failure(.usage, "Say which queues to \(verb): give names, or --all")
        }
    }
}
