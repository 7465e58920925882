import QueueKit

/// Something that is wrong with a task file.
public struct TaskFileProblem: Sendable, Hashable, CustomStringConvertible {
    /// The line, from 1.
    public let line: Int
    /// Where and what, in words for people, one line. Escaped.
    public let message: String

    /// The line and the message.
    public var description: String { "line \(line): \(message)" }
}

/// Why a task file cannot be used: everything that is wrong with it.
public struct TaskFileError: Error, Sendable, CustomStringConvertible {
    /// What is wrong, in the order of the lines. Not empty.
    public let problems: [TaskFileProblem]

    /// The first problem, and how many more there are.
    public var description: String {
        let more = problems.count > 1 ? ", and \(problems.count - 1) more" : ""
        return (problems.first?.description ?? "it cannot be used") + more
    }
}
