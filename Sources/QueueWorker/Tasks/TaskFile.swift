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

    /// Reads a file.
    ///
    /// - Throws: Everything that is wrong with it.
    public init(_ bytes: [UInt8]) throws(TaskFileError) {
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
        guard reader.problems.isEmpty else {
            throw TaskFileError(problems: reader.problems.sorted { $0.line < $1.line })
        }
    }

    /// The names of the tasks, sorted.
    public var names: [String] { tasks.keys.sorted() }

    /// The policy of a queue.
    func policy(of queue: QueueName) -> JobPolicy { policies[queue] ?? policy }
}
