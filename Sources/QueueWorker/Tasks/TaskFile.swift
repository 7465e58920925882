import QueueKit
import YAMLReader

/// What workers may run: named tasks, and policies for all jobs.
///
/// A YAML file, read once when a worker starts. It belongs to whoever runs the worker; nothing in Redis can change it.
public struct TaskFile: Sendable {
    /// How large a file may be, in bytes.
    public static let limit = 1 << 20

    let tasks: [String: TaskTemplate]
    /// What holds in all queues that have none of their own.
    let policy: JobPolicy
    let policies: [QueueName: JobPolicy]
    /// What keeps a worker on this machine from using it: a user that there is not. Empty unless it was read for any machine.
    public let warnings: [TaskFileProblem]

    /// Reads a file.
    ///
    /// - Parameter forAnyMachine: Whether it is only to be checked: then what this machine lacks is a warning.
    /// - Throws: Everything that is wrong with it.
    public init(_ bytes: [UInt8], forAnyMachine: Bool = false) throws(TaskFileError) {
        let root: YAMLNode
        do throws(YAMLError) {
            root = try YAMLReader.read(bytes)
        } catch {
            throw TaskFileError(problems: [
                TaskFileProblem(line: error.line, message: TerminalText.escape(error.reason))
            ])
        }
        var reader = TaskFileReader()
        let members = reader.members(root, "the file", known: ["tasks", "policy", "queues"])
        tasks = reader.tasks(members["tasks"])
        policy = reader.policy(members["policy"], "policy", over: JobPolicy())
        policies = reader.policies(members["queues"], over: policy)
        let problems = reader.problems + (forAnyMachine ? [] : reader.warnings)
        guard problems.isEmpty else { throw TaskFileError(problems: problems.sorted { $0.line < $1.line }) }
        warnings = reader.warnings.sorted { $0.line < $1.line }
    }

    /// The names of the tasks, sorted.
    public var names: [String] { tasks.keys.sorted() }

    /// The policy of a queue.
    func policy(of queue: QueueName) -> JobPolicy { policies[queue] ?? policy }
}
