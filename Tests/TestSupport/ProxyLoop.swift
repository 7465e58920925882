import Glibc
import RedisClient

/// What the proxy's thread does. Only that thread touches it.
final class ProxyLoop {
    private static let mostWaiting = 256 * 1024

    var isFrozen = false
    var trap: ProxyTrap?
    /// After how many bytes the next answer is cut off.
    var answerLimit: Int?
    private(set) var cutCount = 0
    private(set) var connectionCount = 0

    private let address: RedisAddress
    private let target: RedisAddress
    private let wake: WakeUp
    private var listening: ListeningSocket?
    private var pairs: [ProxyPair] = []

    init(_ address: RedisAddress, target: RedisAddress, wake: WakeUp) {
        self.address = address
        self.target = target
        self.wake = wake
    }

    func refuse() {
        listening = nil
        pairs = []
    }

    func listen() throws {
        if listening == nil { listening = try ListeningSocket(address) }
    }

    func cutAll() {
        pairs = []
    }

    /// Waits for something to do, and does it.
    func turn() {
        var polled = [pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0)]
        polled.append(pollfd(fd: isFrozen ? -1 : listening?.descriptor ?? -1, events: Int16(POLLIN), revents: 0))
        if !isFrozen {
            for pair in pairs {
                let client = pair.clientIsGone ? -1 : pair.client
                polled.append(interest(client, reads: pair.toServer, writes: pair.toClient))
                polled.append(interest(pair.server, reads: pair.toClient, writes: pair.toServer))
            }
        }
        poll(&polled, nfds_t(polled.count), -1)
        if polled[0].revents != 0 { wake.clear() }
        for (index, pair) in pairs.enumerated() where polled.count > 2 {
            move(pair, client: polled[2 + 2 * index].revents, server: polled[3 + 2 * index].revents)
        }
        pairs.removeAll(where: \.isOver)
        if polled[1].revents != 0 { takeConnection() }
    }

    private func interest(_ descriptor: Int32, reads: [UInt8], writes: [UInt8]) -> pollfd {
        let reading = reads.count < Self.mostWaiting ? POLLIN : 0
        return pollfd(fd: descriptor, events: Int16(reading | (writes.isEmpty ? 0 : POLLOUT)), revents: 0)
    }

    private func move(_ pair: ProxyPair, client: Int16, server: Int16) {
        let canRead = Int16(POLLIN | POLLHUP | POLLERR)
        if client & canRead != 0 {
            let bytes = ProxyPair.read(pair.client)
            pair.clientIsGone = bytes == nil
            pair.toServer += bytes ?? []
            if let bytes, trap?.springs(on: bytes[...], tail: &pair.tail) == true {
                pair.freezesAll = trap?.freezes == true
                trap = nil
                pair.isSprung = true
            }
        }
        if server & canRead != 0 {
            guard let bytes = ProxyPair.read(pair.server) else { return pair.isOver = true }
            if pair.isSprung, pair.toServer.isEmpty, !pair.clientIsGone {
                // The server has begun to answer, so it has the request.
                cutCount += 1
                pair.dismissClient()
                if pair.freezesAll { isFrozen = true }
            }
            if let limit = answerLimit, bytes.count > limit {
                answerLimit = nil
                pair.toClient += bytes.prefix(limit)
                _ = ProxyPair.write(pair.client, &pair.toClient)
                cutCount += 1
                return pair.dismissClient()
            }
            if !pair.clientIsGone { pair.toClient += bytes }
        }
        // A client that has gone hears nothing more, but what it had sent is still read and passed on.
        if !ProxyPair.write(pair.client, &pair.toClient) { pair.toClient = [] }
        if !ProxyPair.write(pair.server, &pair.toServer) { return pair.isOver = true }
        // Closing with replies unread would make the server throw away requests that it has not yet read.
        if pair.clientIsGone, pair.toServer.isEmpty { shutdown(pair.server, Int32(SHUT_WR)) }
    }

    private static func connect(_ descriptor: Int32, _ target: RedisAddress) -> Bool {
        switch target {
        case .unix(let path): withUnixAddress(path) { Glibc.connect(descriptor, $0, $1) } == 0
        case .tcp(_, let port): withLoopback(port) { Glibc.connect(descriptor, $0, $1) } == 0
        case .primary: false
        }
    }

    private func takeConnection() {
        guard let listening else { return }
        let client = accept(listening.descriptor, nil, nil)
        guard client >= 0 else { return }
        let isUnix = if case .unix = target { true } else { false }
        let server = socket(isUnix ? AF_UNIX : AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let pair = ProxyPair(client: client, server: server)
        connectionCount += 1
        guard Self.connect(server, target) else { return }
        for descriptor in [client, server] {
            guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0, fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0 else {
                return
            }
        }
        pairs.append(pair)
    }
}
