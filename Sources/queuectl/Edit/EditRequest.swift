import Glibc
import QueueKit

/// How a job is to be changed.
enum EditRequest {
    /// Fields that stood on the command line, and names of fields to take away.
    case fields([JSONMember], leavingOut: Set<String>)
    /// A document that is to take the place of the job's.
    case document(EditedText)
    /// As somebody, or a script, will write it.
    case editor(DocumentEditor)

    init(_ command: Edit, isTerminal: Bool) throws(Failure) {
        let given = try command.fields.members(program: command.program)
        let names = try Set(command.unset.map(Self.field))
        let hasFields = !given.isEmpty || !names.isEmpty
        if let path = command.file {
            guard !hasFields else { throw Failure(.usage, "Give fields as flags, or --file, but not both") }
            self = .document(try EditedText(path: path))
        } else if hasFields {
            if let both = given.first(where: { names.contains($0.name) }) {
                throw Failure(.usage, "--unset: \(both.name) is set as well; leave one of them out", field: both.name)
            }
            self = .fields(given, leavingOut: names)
        } else if let editor = DocumentEditor(isTerminal: isTerminal && isatty(0) == 1) {
            self = .editor(editor)
        } else {
            throw Failure(
                .usage,
                "Say what to change: flags such as --priority 9, --unset, or --file. On a terminal an editor opens"
            )
        }
    }

    /// The name of a field, which may be written as its flag is.
    private static func field(_ text: String) throws(Failure) -> String {
        let name = text.split(separator: "-", omittingEmptySubsequences: false).joined(separator: "_")
        let plain = name == "tag" ? "tags" : name
        if let problem = JobDocument.problem(withName: plain) {
            throw Failure(.usage, "--unset: \(problem)", field: plain)
        }
        guard !["id", "queue", "v"].contains(plain) else {
            throw Failure(.usage, "--unset: \(plain): a job keeps it; name another field", field: plain)
        }
        return plain
    }
}
