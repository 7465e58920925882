import Glibc
import RedisClient

/// A pipe with a name, by which a job's shell says that it runs.
final class NamedPipe: Sendable {
    let path: String
    private let descriptor: Int32

    init(at path: String) throws {
        self.path = path
        unlink(path)
        guard mkfifo(path, 0o600) == 0 else { throw ChildFailure(description: "\(path): \(systemMessage(errno))") }
        // For both, so that neither end waits for the other to open it, and no end is read between two writers.
        descriptor = open(path, O_RDWR | O_CLOEXEC)
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    /// Waits for a line. Returns when it came.
    func read() throws -> Int64 {
        var byte: UInt8 = 0
        guard Glibc.read(descriptor, &byte, 1) == 1 else {
            throw ChildFailure(description: "nothing to read at \(path)")
        }
        return wallClock()
    }
}
