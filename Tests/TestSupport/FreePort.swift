import Glibc

/// A port of 127.0.0.1 that nobody listens on. Another process may take it before the caller does.
public func freePort() throws -> UInt16 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    return try bindLoopback(descriptor, port: 0)
}
