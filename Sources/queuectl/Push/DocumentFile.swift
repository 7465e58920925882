import Glibc
import QueueKit
import RedisClient

/// A file of documents to be checked: one, an array of them, or one on each line.
struct DocumentFile {
    /// What was found in the place of a document.
    struct Document {
        /// The line that it begins on, counted from 1.
        let line: Int
        let problems: [(DocumentProblem, TextPosition)]
    }

    /// How it is called in messages: the path, or `stdin`.
    let name: String
    private let bytes: [UInt8]

    private static let limit = 1 << 28

    /// Reads a file; `-` is standard input.
    init(path: String) throws(Failure) {
        name = path == "-" ? "stdin" : TerminalText.escape(path)
        let descriptor = path == "-" ? 0 : Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(.failed, "Cannot read \(name): \(systemMessage(errno))") }
        defer { if descriptor > 0 { close(descriptor) } }
        bytes = try WholeInput.read(descriptor, called: name, atMost: Self.limit)
        guard bytes.count <= Self.limit else {
            throw Failure(.failed, "\(name) has more than \(ByteSizeText.rounded(Self.limit)); check it in parts")
        }
        guard !Self.isBlank(bytes[...]) else { throw Failure(.invalidDocument, "\(name): there is no document in it") }
    }

    /// Checks the documents one after the other.
    func forEach(pushedTo queue: QueueName?, _ body: (Document) -> Void) throws(Failure) {
        if first == UInt8(ascii: "[") { return try checkArray(pushedTo: queue, body) }
        guard isOnLines else {
            let problems = DocumentCheck.problems(in: bytes, pushedTo: queue)
            return body(document(at: bytes.firstIndex { !Self.isSpace($0) } ?? 0, problems))
        }
        var line = 0
        for text in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            line += 1
            guard !Self.isBlank(text) else { continue }
            let text = Array(text)
            let problems = DocumentCheck.problems(in: text, pushedTo: queue).map { problem in
                let position = TextPosition(offset: problem.offset, in: text)
                return (problem, TextPosition(line: line, column: position.column))
            }
            body(Document(line: line, problems: problems))
        }
    }

    private var first: UInt8? { bytes.first { !Self.isSpace($0) } }

    /// Whether it is more than one value, and the first line could hold a whole object: that of one which is spread over several
    /// lines does not end with a brace.
    private var isOnLines: Bool {
        let lines = bytes.split(separator: UInt8(ascii: "\n")).lazy.filter { !Self.isBlank($0) }.prefix(2)
        guard lines.count > 1, lines.first?.last(where: { !Self.isSpace($0) }) == UInt8(ascii: "}") else {
            return false
        }
        do {
            _ = try JSONParser.parse(bytes)
            return false
        } catch {
            return true
        }
    }

    private func checkArray(pushedTo queue: QueueName?, _ body: (Document) -> Void) throws(Failure) {
        let value: JSONValue
        do {
            value = try JSONParser.parse(bytes)
        } catch {
            let problem = DocumentProblem(
                path: "$",
                message: "the array is not valid JSON: \(error.reason)",
                offset: error.offset
            )
            return body(document(at: error.offset, [problem]))
        }
        guard case .array(let elements) = value, !elements.isEmpty else {
            throw Failure(.invalidDocument, "\(name): the array is empty; there is no document in it")
        }
        for (index, part) in JSONParser.parts(in: bytes).enumerated() {
            let problems = DocumentCheck.problems(
                in: elements[index],
                of: bytes,
                at: part.start,
                root: "$[\(index)]",
                pushedTo: queue
            )
            body(document(at: part.start, problems))
        }
    }

    private func document(at offset: Int, _ problems: [DocumentProblem]) -> Document {
        Document(
            line: TextPosition(offset: offset, in: bytes).line,
            problems: problems.map { ($0, TextPosition(offset: $0.offset, in: bytes)) }
        )
    }

    private static func isBlank(_ text: ArraySlice<UInt8>) -> Bool { text.allSatisfy(isSpace) }

    private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0a, 0x0d].contains(byte) }
}
