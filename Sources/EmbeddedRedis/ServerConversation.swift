import Glibc

/// One command to the server on a unix socket, one reply, and the connection is gone.
///
/// Deciding whether to start a server needs to tell "no socket" from "nobody listens" from "loading", within
/// microseconds on every command, and before there is anything for a real connection to be made to.
enum ServerConversation {
    enum Answer: Equatable {
        /// A reply, without its type byte and framing.
        case reply(String)
        /// An error reply, without the minus sign.
        case error(String)
        /// There is no socket.
        case absent
        /// There is a socket and nobody listens.
        case refused
        /// It took the connection and then closed it, or gave no answer in time.
        case silent
    }

    static func ask(_ command: String, socket path: String, timeout: Duration = .seconds(1)) -> Answer {
        let end = ContinuousClock.now + timeout
        // Not blocking: connecting to a unix socket whose backlog is full would otherwise wait without end.
        let type = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        let descriptor = socket(AF_UNIX, Int32(type), 0)
        guard descriptor >= 0 else { return .silent }
        defer { close(descriptor) }
        guard connect(descriptor, to: path) == 0 else {
            switch errno {
            case ENOENT, ENOTDIR: return .absent
            case ECONNREFUSED: return .refused
            default: return .silent
            }
        }
        let request = Array((command + "\r\n").utf8)
        guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else { return .silent }

        var received: [UInt8] = []
        while true {
            if let answer = parse(received) { return answer }
            let left = end - .now
            guard left > .zero else { return .silent }
            var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&poller, 1, Int32(left / .milliseconds(1)) + 1) >= 0 || errno == EINTR else { return .silent }
            var chunk = [UInt8](repeating: 0, count: 16384)
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count > 0 {
                received += chunk.prefix(count)
            } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
                return .silent
            }
        }
    }

    private static func connect(_ descriptor: Int32, to path: String) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count <= SocketLocation.longestPath else {
            errno = ENAMETOOLONG
            return -1
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    /// A whole status, error or bulk reply; nil while more has to come.
    static func parse(_ bytes: [UInt8]) -> Answer? {
        guard let type = bytes.first, let lineEnd = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let line = String(decoding: bytes[1..<max(1, lineEnd - 1)], as: UTF8.self)
        switch type {
        case UInt8(ascii: "-"): return .error(line)
        case UInt8(ascii: "$"):
            guard let length = Int(line), length >= 0 else { return .reply("") }
            let start = lineEnd + 1
            guard bytes.count >= start + length else { return nil }
            return .reply(String(decoding: bytes[start..<start + length], as: UTF8.self))
        default: return .reply(line)
        }
    }
}
