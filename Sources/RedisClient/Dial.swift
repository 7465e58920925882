import Glibc

/// An attempt to get from an address to a greeted connection, as steps that never block. Belongs to one thread.
final class Dial {
    enum Progress {
        case waiting
        case ready(Link)
    }

    private enum Phase {
        case resolving(NameResolution)
        case next
        case backlogFull(SocketAddress, until: ContinuousClock.Instant)
        case connecting(Socket, until: ContinuousClock.Instant)
        case greeting(Link)
    }

    private var phase: Phase
    private var addresses: ArraySlice<SocketAddress> = []
    private(set) var greeting: Greeting
    private var lastFailure: DialFailure?
    private let address: RedisAddress
    private let deadline: ContinuousClock.Instant
    private let timeout: Duration

    init(
        _ address: RedisAddress,
        _ greeting: Greeting,
        _ timeout: Duration,
        now: ContinuousClock.Instant,
        wake: WakeUp
    ) {
        self.address = address
        self.greeting = greeting
        self.timeout = timeout
        deadline = now.advanced(by: timeout)
        switch address {
        case .tcp(let host, let port):
            phase = .resolving(NameResolution(host: host, port: port, wake: wake))
        case .unix(let path):
            phase = .next
            switch SocketAddress.unix(path: path) {
            case .success(let address): addresses = [address]
            case .failure(let failure): lastFailure = failure
            }
        case .primary:
            // Its sentinels say where it is: an approach asks them, and dials that.
            phase = .next
        }
    }

    /// What to poll for, if there is a socket yet.
    var interest: (descriptor: Int32, events: Int16)? {
        switch phase {
        case .resolving, .next, .backlogFull: nil
        case .connecting(let socket, _): (socket.descriptor, Int16(POLLOUT))
        case .greeting(let link): (link.descriptor, Int16(link.unwritten > 0 ? POLLIN | POLLOUT : POLLIN))
        }
    }

    /// When to call `advance` at the latest.
    var wakeTime: ContinuousClock.Instant {
        switch phase {
        case .resolving, .next, .greeting: deadline
        case .backlogFull(_, let until), .connecting(_, let until): until
        }
    }

    /// Goes as far as possible without waiting. After a throw the attempt is over.
    func advance(now: ContinuousClock.Instant, isReady: Bool, buffer: UnsafeMutableRawBufferPointer)
        throws(DialFailure) -> Progress
    {
        var isReady = isReady
        while true {
            switch phase {
            case .resolving(let resolution):
                guard let result = resolution.result else {
                    if now >= deadline { throw .unreachable("the name lookup took longer than \(timeout)") }
                    return .waiting
                }
                addresses = try result.get()[...]
                phase = .next
            case .next:
                guard let address = addresses.popFirst() else {
                    throw lastFailure ?? .unreachable("there is no address to connect to")
                }
                try begin(address, now: now)
            case .backlogFull(let address, let until):
                if now < until { return .waiting }
                if now >= deadline { throw .unreachable("its backlog was full for \(timeout)") }
                try begin(address, now: now)
            case .connecting(let socket, let until):
                if isReady {
                    isReady = false
                    try finishConnecting(socket, status: socket.connectStatus)
                } else if now >= until {
                    lastFailure = .unreachable("it did not answer within \(timeout)")
                    phase = .next
                } else {
                    return .waiting
                }
            case .greeting(let link):
                if now >= deadline { throw .unreachable("it accepted but did not answer within \(timeout)") }
                return try greet(link, buffer)
            }
        }
    }

    private func begin(_ address: SocketAddress, now: ContinuousClock.Instant) throws(DialFailure) {
        let socket = try Socket(family: address.family)
        switch address.connect(socket.descriptor) {
        case EINPROGRESS:
            // Each address gets its share, so that one that swallows packets leaves time for the next.
            let share = (deadline - now) / (addresses.count + 1)
            phase = .connecting(socket, until: now.advanced(by: share))
        case EAGAIN:
            // Only unix sockets: the listener has more callers than it accepts just now.
            phase = .backlogFull(address, until: now.advanced(by: .milliseconds(10)))
        case let status:
            try finishConnecting(socket, status: status)
        }
    }

    private func finishConnecting(_ socket: Socket, status: Int32) throws(DialFailure) {
        guard status == 0 else {
            lastFailure = .unreachable(systemMessage(status))
            phase = .next
            return
        }
        let link = try Link(socket, to: address)
        for command in greeting.commands { link.enqueue(command) }
        phase = .greeting(link)
    }

    private func greet(_ link: Link, _ buffer: UnsafeMutableRawBufferPointer) throws(DialFailure) -> Progress {
        var end: LinkFailure?
        do {
            try link.flush()
        } catch {
            end = error
        }
        // Read even if writing failed: a server that turns a client away says why, and closes.
        let arrival = link.receive(into: buffer)
        for reply in arrival.replies where try greeting.take(reply) { return .ready(link) }
        if let end = arrival.end ?? end { throw .unreachable("it accepted and hung up: \(end.reason)") }
        return .waiting
    }
}
