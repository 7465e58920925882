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
        case preparing(Socket, TLSPreparation, host: String)
        case securing(Socket, TLSSession)
        case greeting(Link)
    }

    private var phase: Phase
    private var addresses: ArraySlice<SocketAddress> = []
    private(set) var greeting: Greeting
    private var lastFailure: DialFailure?
    private let address: RedisAddress
    private let tls: RedisTLS?
    private let wake: WakeUp
    private let deadline: ContinuousClock.Instant
    private let timeout: Duration

    init(
        _ address: RedisAddress,
        _ greeting: Greeting,
        _ tls: RedisTLS?,
        _ timeout: Duration,
        now: ContinuousClock.Instant,
        wake: WakeUp
    ) {
        self.address = address
        self.greeting = greeting
        self.tls = tls
        self.wake = wake
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
        case .resolving, .next, .backlogFull, .preparing: nil
        case .connecting(let socket, _): (socket.descriptor, Int16(POLLOUT))
        case .securing(let socket, let session):
            (socket.descriptor, Int16(session.readWaitsForRoom ? POLLIN | POLLOUT : POLLIN))
        case .greeting(let link): (link.descriptor, link.events)
        }
    }

    /// When to call `advance` at the latest.
    var wakeTime: ContinuousClock.Instant {
        switch phase {
        case .resolving, .next, .preparing, .securing, .greeting: deadline
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
            case .preparing(let socket, let preparation, let host):
                guard let result = preparation.result else {
                    if now >= deadline { throw .tls("reading the files of its settings took longer than \(timeout)") }
                    return .waiting
                }
                do {
                    phase = .securing(socket, try TLSSession(socket, result.get(), host: host))
                } catch {
                    throw .tls(error.description)
                }
            case .securing(let socket, let session):
                if now >= deadline { throw .unreachable("\(Self.silence) \(timeout); \(Self.noTLS)") }
                guard try shakeHands(socket, session) else { return .waiting }
            case .greeting(let link):
                if now >= deadline { throw .unreachable("\(Self.silence) \(timeout)") }
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
        guard let tls, case .tcp(let host, _) = address else { return try beginGreeting(socket, nil) }
        phase = .preparing(socket, TLSPreparation(tls, wake: wake), host: host)
    }

    /// Goes on with the handshake. Returns whether it is done.
    private func shakeHands(_ socket: Socket, _ session: TLSSession) throws(DialFailure) -> Bool {
        do {
            guard try session.shakeHands() else { return false }
        } catch {
            throw error.kind == .tls ? .tls(error.reason) : .unreachable("it accepted and hung up: \(error.reason)")
        }
        try beginGreeting(socket, session)
        return true
    }

    private func beginGreeting(_ socket: Socket, _ session: TLSSession?) throws(DialFailure) {
        let link = try Link(socket, session, to: address)
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
        repeat {
            // Read even if writing failed: a server that turns a client away says why, and closes.
            let arrival = link.receive(into: buffer)
            for reply in arrival.replies where try greeting.take(reply) { return .ready(link) }
            end = arrival.end ?? end
        } while end == nil && link.holdsMore
        if let end { throw failure(of: end, link) }
        return .waiting
    }

    /// What it means that a server has ended the connection instead of greeting.
    private func failure(of end: LinkFailure, _ link: Link) -> DialFailure {
        if end.kind == .tls { return .tls(end.reason) }
        let reason = "it accepted and hung up: \(end.reason)"
        guard !greeting.isBegun, case .tcp = address else { return .unreachable(reason) }
        // A server that does not take our certificate, or none, ends the connection so hastily that its reason is lost at times.
        if link.isAskedForCertificate { return .tls(TLSWords.demandsCertificate) }
        if tls?.certificate != nil { return .unreachable("\(reason); it may not accept our certificate") }
        return .unreachable(tls == nil ? "\(reason); if it speaks TLS there, use rediss://" : reason)
    }

    private static let silence = "it accepted but did not answer within"
    private static let noTLS = "if it does not speak TLS there, use redis://"
}
