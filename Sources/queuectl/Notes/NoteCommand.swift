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
}
