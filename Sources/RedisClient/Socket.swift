import Glibc

/// A stream socket: non-blocking, closed on exec, and closed when the last reference goes.
final class Socket {
    let descriptor: Int32

    /// Opens a socket for this family. Fails with the reason in words.
    init(family: Int32) throws(DialFailure) {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        descriptor = socket(family, type, 0)
        guard descriptor >= 0 else { throw .unreachable("cannot open a socket: \(systemMessage(errno))") }
        guard family != AF_UNIX else { return }
        set(Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        // A peer that vanished is noticed within half a minute, even with nothing to send.
        set(SOL_SOCKET, SO_KEEPALIVE, 1)
        set(Int32(IPPROTO_TCP), TCP_KEEPIDLE, 15)
        set(Int32(IPPROTO_TCP), TCP_KEEPINTVL, 5)
        set(Int32(IPPROTO_TCP), TCP_KEEPCNT, 3)
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// The outcome of a `connect` that went on in the background: an error number, or 0.
    var connectStatus: Int32 {
        var status: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &status, &size) == 0 ? status : errno
    }

    /// Sends some of these bytes, of which there must be some.
    func write(_ bytes: UnsafeRawBufferPointer) -> Moved {
        while true {
            // MSG_NOSIGNAL: a peer that has gone is an error here, not a SIGPIPE for the whole process.
            let count = send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            if count >= 0 { return .bytes(count) }
            if errno == EAGAIN || errno == EWOULDBLOCK { return .notNow }
            if errno != EINTR { return .ended(LinkFailure(reason: systemMessage(errno))) }
        }
    }

    /// Reads as much as there is and fits.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Moved {
        while true {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count > 0 { return .bytes(count) }
            if count == 0 { return .ended(LinkFailure(reason: "closed by the server")) }
            if errno == EAGAIN || errno == EWOULDBLOCK { return .notNow }
            if errno != EINTR { return .ended(LinkFailure(reason: systemMessage(errno))) }
        }
    }

    // An option that cannot be set makes a connection slower to notice trouble, not unusable.
    private func set(_ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}
