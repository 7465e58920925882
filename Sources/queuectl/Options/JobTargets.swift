import ArgumentParser
import QueueKit

/// The jobs that a command is to act on: ids, and the queue where several queues hold one of them.
struct JobTargets: ParsableArguments {
    @Argument(help: ArgumentHelp("Ids of jobs.", valueName: "id"))
    var ids: [String] = []

    @OptionGroup var queueOption: QueueOption

    /// The ids, each once, in the order given.
    func checkedIDs() throws(Failure) -> [JobID] {
        var checked: [JobID] = []
        for text in ids {
            let id = try JobTargets.id(text)
            if !checked.contains(id) { checked.append(id) }
        }
        return checked
    }

    /// Checks an id that stood on the command line.
    static func id(_ text: String) throws(Failure) -> JobID {
        do {
            return try JobID(text)
        } catch {
            throw Failure(.usage, error.description, field: "id")
        }
    }
}
