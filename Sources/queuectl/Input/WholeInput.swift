import Glibc
import RedisClient

/// Reads a descriptor to its end.
enum WholeInput {
    /// All that a descriptor gives. Stops soon after `limit` bytes, so that too much is told by its length and not kept.
    ///
    /// - Parameter name: What it is called in the message: a path, or "standard input".
    static func read(_ descriptor: Int32, called name: String, atMost limit: Int) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while bytes.count <= limit {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { break }
            if count > 0 { bytes += buffer[..<count] }
            guard count > 0 || errno == EINTR else {
                throw Failure(.failed, "Cannot read \(name): \(systemMessage(errno))")
            }
        }
        return bytes
    }
}
