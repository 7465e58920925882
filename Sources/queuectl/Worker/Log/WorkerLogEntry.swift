import QueueKit

/// One event of a worker, in the words of its log.
struct WorkerLogEntry {
    /// What the event is called in JSON.
    let name: String
    /// The line for people.
    let text: String
    /// What JSON tells besides, in this order.
    var members: [(String, JSONValue)] = []

    init(_ name: String, _ text: String, _ members: [(String, JSONValue)] = []) {
        self.name = name
        self.text = text
        self.members = members
    }

    /// A few ids for people.
    static func list(_ ids: [JobID]) -> String {
        let shown = ids.prefix(5).map(\.text).joined(separator: ", ")
        return ids.count > 5 ? "\(shown) and \(ids.count - 5) more" : shown
    }

    /// All ids for programs.
    static func array(_ ids: [JobID]) -> JSONValue { .array(ids.map { .string($0.text) }) }

    /// A duration with what people read of it: whole milliseconds below ten seconds, tenths of a second above.
    static func rounded(_ duration: Duration) -> String {
        let milliseconds = duration.wholeMilliseconds
        return DurationText.format(.milliseconds(milliseconds < 10_000 ? milliseconds : milliseconds / 100 * 100))
    }
}
