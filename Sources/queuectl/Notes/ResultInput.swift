import QueueKit

/// The result that a job hands over, as an argument or, for `-`, on standard input.
enum ResultInput {
    /// What is read at most: a result may be spread over lines with as much space as it has text.
    private static let limit = 4 * RunNote.resultBytes

    static func read(_ argument: String) throws(Failure) -> String {
        guard argument == "-" else { return argument }
        let bytes = try WholeInput.read(0, called: "standard input", atMost: limit)
        guard bytes.count <= limit else {
            throw Failure(.invalidDocument, "result: it is longer than \(RunNote.resultBytes) bytes")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
