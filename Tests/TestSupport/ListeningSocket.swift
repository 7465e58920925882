import Glibc
import RedisClient

/// A non-blocking listening socket, closed with its last reference.
final class ListeningSocket: Sendable {
    let descriptor: Int32
    /// Where it listens. A port of 0 has become the real one.
    let address: RedisAddress

    /// Only `127.0.0.1` and unix sockets; what is left of an older socket at the path is removed.
    init(_ address: RedisAddress, listens: Bool = true) throws {
        let isUnix = if case .unix = address { true } else { false }
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        descriptor = socket(isUnix ? AF_UNIX : AF_INET, type, 0)
        switch address {
        case .unix(let path):
            unlink(path)
            self.address = address
            let status = withUnixAddress(path) { bind(descriptor, $0, $1) }
            guard status == 0, !listens || listen(descriptor, 511) == 0 else {
                throw FixtureError("cannot listen at \(path)")
            }
        case .tcp(_, let port):
            var isOn: Int32 = 1
            setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &isOn, socklen_t(MemoryLayout<Int32>.size))
            self.address = .tcp(host: "127.0.0.1", port: try bindLoopback(descriptor, port: port))
            guard !listens || listen(descriptor, 511) == 0 else {
                throw FixtureError("cannot listen at \(self.address)")
            }
        case .primary:
            throw FixtureError("nobody can listen at \(address)")
        }
    }

    deinit {
        close(descriptor)
    }
}

/// Binds to 127.0.0.1 and returns the port, which the system chooses if it is 0.
func bindLoopback(_ descriptor: Int32, port: UInt16) throws -> UInt16 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
            bind(descriptor, raw, size) == 0 ? getsockname(descriptor, raw, &size) : -1
        }
    }
    guard status == 0 else { throw FixtureError("cannot bind to a port of 127.0.0.1: \(systemMessage(errno))") }
    return UInt16(bigEndian: address.sin_port)
}

/// Calls `body` with the system's form of a port of 127.0.0.1.
func withLoopback(_ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
}

/// Calls `body` with the system's form of a unix address. The path must be short.
func withUnixAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    return withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
    }
}
