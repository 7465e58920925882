import Glibc
import Synchronization

/// Looks a host name up without holding anybody up.
///
/// `getaddrinfo` has no deadline, so it runs on a thread of its own that nobody waits for: the connection's thread
/// goes on serving deadlines, and a lookup that comes back too late is thrown away.
final class NameResolution: Sendable {
    typealias Outcome = Result<[SocketAddress], DialFailure>

    private let outcome = Mutex<Outcome?>(nil)

    /// The addresses, once they are there.
    var result: Outcome? { outcome.withLock { $0 } }

    /// Starts a lookup and signals `wake` when it has ended. A numeric address is there at once.
    init(host: String, port: UInt16, wake: WakeUp) {
        let numeric = Self.lookUp(host: host, port: port, flags: AI_NUMERICHOST)
        if case .success = numeric {
            outcome.withLock { $0 = numeric }
            return
        }
        do {
            // Name services run in this thread and want more stack than the connection does.
            try OwnThread.start(name: "redis-resolve", stackBytes: 1024 * 1024) {
                let found = Self.lookUp(host: host, port: port, flags: 0)
                self.outcome.withLock { $0 = found }
                wake.signal()
            }
        } catch {
            outcome.withLock { $0 = .failure(.unreachable(error.reason)) }
        }
    }

    private static func lookUp(host: String, port: UInt16, flags: Int32) -> Outcome {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = flags
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, String(port), &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        guard status == 0 else {
            let reason = status == EAI_SYSTEM ? systemMessage(errno) : String(cString: gai_strerror(status))
            return .failure(.unreachable("cannot look up \(host): \(reason)"))
        }
        var addresses: [SocketAddress] = []
        var next = list
        while let entry = next?.pointee {
            let raw = UnsafeRawBufferPointer(start: entry.ai_addr, count: Int(entry.ai_addrlen))
            addresses.append(SocketAddress(family: entry.ai_family, bytes: Array(raw)))
            next = entry.ai_next
        }
        return addresses.isEmpty ? .failure(.unreachable("\(host) has no address")) : .success(addresses)
    }
}
