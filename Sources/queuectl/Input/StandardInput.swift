import QueueKit

/// What is piped into queuectl.
enum StandardInput {
    /// All of it, as the text that a document can hold.
    static func text(atMost limit: Int) throws(Failure) -> String {
        let bytes = try WholeInput.read(0, called: "standard input", atMost: limit)
        guard bytes.count <= limit else {
            throw Failure(
                .invalidDocument,
                "-i: standard input has more than \(ByteSizeText.rounded(limit)), which is what a job can hold; give it a file to read"
            )
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure(
                .invalidDocument,
                "-i: standard input is not UTF-8, which is what a job can hold; give it a file to read"
            )
        }
        return text
    }
}
