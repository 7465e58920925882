import QueueKit

/// A command that a job runs to tell something of itself. It talks to the job's worker, never to Redis.
protocol NoteCommand: ConsoleCommand {
    /// What it does, for messages: `report the progress`.
    static var deed: String { get }

    /// What to tell, checked.
    func note() throws -> RunNote
}

extension NoteCommand {
    func run(_ console: Console) throws {
        let note = try note().checked()
        try ControlPipe(attempting: Self.deed).write(note, attempting: Self.deed)
    }

    /// The words of a text, without the -- that may stand before them: they may begin with a dash either way.
    static func spoken(_ words: [String]) -> ArraySlice<String> {
        words.first == "--" ? words.dropFirst() : words[...]
    }

    /// The words as one text.
    static func text(_ words: some Sequence<String>) -> String {
        spoken(Array(words)).joined(separator: " ")
    }
}
