import Glibc
import QueueKit
import RedisClient

/// The result that a job hands over, as an argument or, for `-`, on standard input.
enum ResultInput {
    /// What is read at most: a result may be spread over lines with as much space as it has text.
    private static let limit = 4 * RunNote.resultBytes

    static func read(_ argument: String) throws(Failure) -> String {
        argument == "-" ? String(decoding: try standardInput(), as: UTF8.self) : argument
    }

    private static func standardInput() throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while bytes.count <= limit {
            let count = Glibc.read(0, &buffer, buffer.count)
            if count == 0 { return bytes }
            if count > 0 { bytes += buffer[..<count] }
            guard count > 0 || errno == EINTR else {
                throw Failure(.failed, "Cannot read standard input: \(systemMessage(errno))")
            }
        }
        throw Failure(.invalidDocument, "result: it is longer than \(RunNote.resultBytes) bytes")
    }
}
