import Glibc
import QueueKit

/// What is piped into queuectl.
enum StandardInput {
    /// All of it, as the text that a document can hold.
    static func text(atMost limit: Int) throws(Failure) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = read(0, &buffer, buffer.count)
            if count == 0 { break }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw Failure(.failed, "Cannot read standard input: \(String(cString: strerror(errno)))")
            }
            bytes += buffer.prefix(count)
            guard bytes.count <= limit else {
                throw Failure(
                    .invalidDocument,
                    "-i: standard input has more than \(ByteSizeText.rounded(limit)), which is what a job can hold; give it a file to read"
                )
            }
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
