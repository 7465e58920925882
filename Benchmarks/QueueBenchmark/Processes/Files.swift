import Glibc
import RedisClient

/// Reads a file, also one of `/proc`.
func text(ofFile path: String) throws -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ChildFailure(description: "cannot read \(path): \(systemMessage(errno))") }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = read(descriptor, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
    return String(decoding: bytes, as: UTF8.self)
}

/// Writes a file anew.
func write(_ text: String, toFile path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw ChildFailure(description: "cannot write \(path): \(systemMessage(errno))") }
    defer { close(descriptor) }
    var left = Array(text.utf8)[...]
    while !left.isEmpty {
        let count = left.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        guard count > 0 else { throw ChildFailure(description: "cannot write \(path): \(systemMessage(errno))") }
        left = left.dropFirst(count)
    }
}
