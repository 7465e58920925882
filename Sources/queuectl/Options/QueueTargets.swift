import ArgumentParser
import QueueKit

/// The queues that a command is to act on: names, or `--queue`; otherwise the default one.
struct QueueTargets: ParsableArguments {
    @Argument(help: ArgumentHelp("Names of queues. (default: default)", valueName: "queue"))
    var names: [String] = []

    @OptionGroup var queueOption: QueueOption

    /// The names, each once, in the order given.
    func checkedNames() throws(Failure) -> [QueueName] {
        var checked: [QueueName] = []
        if let name = try queueOption.name() { checked.append(name) }
        for text in names {
            let name = try QueueOption.name(text, from: "")
            if !checked.contains(name) { checked.append(name) }
        }
        return checked.isEmpty ? [.default] : checked
    }
}
