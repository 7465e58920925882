import Glibc

/// An address in the form that the system calls take.
struct SocketAddress: Sendable {
    let family: Int32
    private let bytes: [UInt8]

    init(family: Int32, bytes: [UInt8]) {
        self.family = family
        self.bytes = bytes
    }

    /// A unix socket. Says in words why a path cannot be one.
    static func unix(path: String) -> Result<SocketAddress, DialFailure> {
        var address = sockaddr_un()
        let room = MemoryLayout.size(ofValue: address.sun_path)
        let text = Array(path.utf8)
        guard !text.isEmpty, text.count < room, !text.contains(0) else {
            return .failure(.unreachable("a socket path must have 1 to \(room - 1) bytes, this one has \(text.count)"))
        }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: text) }
        return .success(SocketAddress(family: AF_UNIX, bytes: withUnsafeBytes(of: address) { Array($0) }))
    }

    /// Calls `connect` and returns the error number, or 0.
    func connect(_ descriptor: Int32) -> Int32 {
        bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return EINVAL }
            let address = base.assumingMemoryBound(to: sockaddr.self)
            return Glibc.connect(descriptor, address, socklen_t(raw.count)) == 0 ? 0 : errno
        }
    }
}
