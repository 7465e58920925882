import ArgumentParser
import QueueKit

/// `--queue`, where one queue may be meant.
struct QueueOption: ParsableArguments {
    @Option(name: .long, parsing: .unconditional, help: ArgumentHelp("The queue that is meant.", valueName: "name"))
    var queue: String?

    /// The queue that was named, if one was.
    func name() throws(Failure) -> QueueName? {
        guard let queue else { return nil }
        return try QueueOption.name(queue)
    }

    /// Checks the name of a queue that stood on the command line.
    static func name(_ text: String) throws(Failure) -> QueueName { try name(text, from: "--") }

    /// Does the same for one that stood behind no flag.
    static func name(_ text: String, from prefix: String) throws(Failure) -> QueueName {
        do {
            return try QueueName(text)
        } catch {
            throw Failure(.usage, prefix + error.description, field: "queue")
        }
    }
}
