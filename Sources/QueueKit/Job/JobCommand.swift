/// What a job runs.
public enum JobCommand: Sendable, Equatable, CustomStringConvertible {
    /// A command line for the shell.
    case shell(String)
    /// A program and its arguments, without a shell.
    case argv([String])
    /// Something that a worker knows by name, and its arguments: the JSON text of an object, if there are any.
    case task(String, args: String?)

    /// The command on one line, for lists: not escaped, and not meant to be run.
    public var description: String {
        switch self {
        case .shell(let command): command
        case .argv(let arguments): arguments.map(Self.quotedIfNeeded).joined(separator: " ")
        case .task(let name, let args): "task \(name)" + (args.map { " \($0)" } ?? "")
        }
    }

    /// Quotes an argument as a POSIX shell would need it.
    static func quotedIfNeeded(_ argument: String) -> String {
        let isPlain = !argument.isEmpty && argument.unicodeScalars.allSatisfy(isPlain)
        return isPlain
            ? argument
            : "'" + argument.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", ".", "-", "/", ":", "=", ",", "+", "@", "%": true
        default: false
        }
    }
}
