import Glibc
import QueueKit
import RedisClient

/// A document as somebody wrote it, and where it stands.
struct EditedText {
    /// How it is called in messages: the path, or `stdin`.
    let place: String
    let bytes: [UInt8]
    /// The same as an argument of a command.
    private let argument: String

    /// Reads a file; `-` is standard input. More than a document may have is cut off, and then refused for its size.
    init(path: String) throws(Failure) {
        argument = TerminalText.escape(path)
        place = path == "-" ? "stdin" : argument
        let descriptor = path == "-" ? 0 : Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(.failed, "Cannot read \(place): \(systemMessage(errno))") }
        defer { if descriptor > 0 { close(descriptor) } }
        bytes = try WholeInput.read(descriptor, called: place, atMost: JobLimits.documentBytes)
    }

    /// Whether nothing was written at all.
    var isBlank: Bool { bytes.allSatisfy { [0x20, 0x09, 0x0a, 0x0d].contains($0) } }

    /// Checks it as a document that is pushed. Of several things that are wrong the first is told, and how to see the others.
    func document(pushedTo queue: QueueName) throws(Failure) -> JobDocument {
        do {
            return try JobDocument(json: bytes, pushedTo: queue)
        } catch {
            let problems = DocumentCheck.problems(in: bytes, pushedTo: queue)
            guard let first = problems.first else { throw Failure(document: error, at: place) }
            let position = TextPosition(offset: first.offset, in: bytes)
            let others = problems.count > 1 ? " (\(problems.count - 1) more: queuectl push check \(argument))" : ""
            let text = "\(place):\(position.line):\(position.column): \(first.path): \(first.message)\(others)"
            throw Failure(.invalidDocument, text, field: error.field.isEmpty ? nil : error.field)
        }
    }

    /// Checks it as the document that is to take the place of a job's.
    func document(for draft: JobDraft) throws(Failure) -> JobDocument {
        let value: JSONValue
        do {
            value = try JSONParser.parse(bytes)
        } catch {
            let line = 1 + bytes.prefix(error.offset).count { $0 == UInt8(ascii: "\n") }
            throw Failure(.invalidDocument, "\(place):\(line): it is not valid JSON: \(error.reason)")
        }
        do {
            return try draft.document(value)
        } catch {
            throw Failure(document: error, at: place)
        }
    }

    /// A document as an editor shows it: one field on a line.
    static func pretty(_ members: [JSONMember]) -> String {
        let lines = members.map { "  \(JSONValue.string($0.name).text): \($0.value.text)" }
        return "{\n" + lines.joined(separator: ",\n") + "\n}\n"
    }
}
