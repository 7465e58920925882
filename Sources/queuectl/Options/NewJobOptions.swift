import ArgumentParser
import QueueKit

/// A job that is to be: its id, its queue, and its fields.
struct NewJobOptions: ParsableArguments {
    @Option(parsing: .unconditional, help: "The id; otherwise one is made.")
    var id: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("The queue. (default: default)", valueName: "name"))
    var queue: String?

    @OptionGroup var fields: JobOptions

    /// Whether anything but the queue was given.
    var isEmpty: Bool { id == nil && fields.isEmpty }

    /// The document that these flags and a program describe.
    ///
    /// They become the JSON that they stand for, so that flags and documents are checked by the same code.
    func document(program: [String]) throws(Failure) -> JobDocument {
        let names = [("id", id), ("queue", queue)].compactMap { name, text in
            text.map { JSONMember(name: name, value: .string($0)) }
        }
        let members = try names + fields.members(program: program)
        do {
            return try JobDocument(value: .object(members))
        } catch {
            throw Failure(flag: error)
        }
    }
}
