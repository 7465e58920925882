import QueueKit

/// Where a worker finds the values that jobs name in `env_from`, and which of them it gives to jobs.
///
/// What a job names has to be offered here; what the task file names is the word of whoever runs the worker, and is not.
public struct SecretStore: Sendable {
    /// The folder below which files are read that jobs name: absolute. Nil: jobs get no files.
    public let folder: String?
    /// The variables of the worker's own environment that jobs may name.
    public let variables: Set<String>
    private let environment: [String: String]

    /// How large a file may be, in bytes.
    public static let fileLimit = 32 * 1024

    /// A store that offers nothing.
    public static let none = SecretStore(folder: nil, variables: [], environment: [:])

    /// - Parameters:
    ///   - folder: An absolute path. Nothing needs to be there yet.
    ///   - variables: Names of variables that jobs may name.
    ///   - environment: The worker's own.
    public init(folder: String?, variables: Set<String>, environment: [String: String]) {
        self.folder = folder
        self.variables = variables
        self.environment = environment
    }

    /// Whether there is nothing there, and will not be before the worker is started anew.
    func lacks(_ reference: SecretReference) -> Bool {
        if case .variable(let variable) = reference { environment[variable] == nil } else { false }
    }

    /// Reads a value that a job names. Blocks.
    ///
    /// - Parameter name: The variable that is to have it, for messages.
    func value(of reference: SecretReference, for name: String) throws(JobRules.Refusal) -> String {
        switch reference {
        case .file where folder == nil:
            throw .forbidden(
                rule: "secrets_dir",
                "\(name) is to come from \(reference), and it keeps no files for jobs; start it with --secrets-dir"
            )
        case .variable(let variable) where !variables.contains(variable):
            throw .forbidden(
                rule: "secret_variable",
                "\(name) is to come from \(reference), which it gives to no job; start it with --secret-variable \(variable)"
            )
        case .file, .variable: return try taskValue(of: reference, for: name)
        }
    }

    /// Reads a value that the task file names. Blocks.
    func taskValue(of reference: SecretReference, for name: String) throws(JobRules.Refusal) -> String {
        switch reference {
        case .variable(let variable):
            guard let value = environment[variable] else {
                throw .noSecret("cannot set \(name) from \(reference): the worker has no such variable")
            }
            return value
        case .file(let path):
            do throws(SecretFile.Problem) {
                return try SecretFile.read(path, below: folder, atMost: Self.fileLimit)
            } catch {
                let place = "\(name) is to come from \(TerminalText.escape(reference.description))"
                if error.isWayOut { throw .forbidden(rule: "secrets_dir", "\(place), which \(error.text)") }
                throw .noSecret("cannot set \(name) from \(TerminalText.escape(reference.description)): \(error.text)")
            }
        }
    }
}
