import Glibc

/// A port of 127.0.0.1 that nobody listens on. Another process may take it before the caller does.
public func freePort() throws -> UInt16 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
            bind(descriptor, raw, size) == 0 ? getsockname(descriptor, raw, &size) : -1
        }
    }
    guard status == 0 else { throw FixtureError("cannot find a free port") }
    return UInt16(bigEndian: address.sin_port)
}
