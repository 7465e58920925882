import Glibc
import Synchronization

/// The thread of a connection: dials, writes what waits, reads the answers, and keeps the deadlines.
final class ConnectionLoop {
    enum Phase {
        case disconnected
        case dialling(Approach)
        case connected(Link)
    }

    /// A request whose answers are awaited.
    struct InFlight {
        let request: Request
        /// How many bytes were to be written before its first one.
        let start: Int
        var deadline: ContinuousClock.Instant
        var replies: [RESPValue] = []
    }

    let core: ConnectionCore
    let wake: WakeUp
    let clock = ContinuousClock()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)

    var phase = Phase.disconnected
    var waiting = FIFO<Request>()
    var inFlight = FIFO<InFlight>()
    /// Why this link takes no more requests: a reply said that it reaches the wrong server.
    var retiring: String?
    /// The question to the sentinels that is under way.
    var inquiry: Approach?
    var schedule: DialSchedule
    /// Not later than the nearest deadline of all requests.
    var nextExpiry: ContinuousClock.Instant?

    init(_ core: ConnectionCore, _ wake: WakeUp) {
        self.core = core
        self.wake = wake
        schedule = DialSchedule(core.backoff)
    }

    deinit {
        buffer.deallocate()
    }

    func run() {
        var (socketIsReady, sentinelIsReady) = (false, false)
        while true {
            let orders = core.takeOrders()
            if orders.isClosed { return finish(orders.requests) }
            for request in orders.requests {
                waiting.append(request)
                noteDeadline(request.deadline)
            }
            let now = clock.now
            if socketIsReady, case .connected = phase {
                receive(now)
                // The next socket, if this one is dropped now, has not been looked at.
                socketIsReady = false
            }
            if orders.blockingWasCancelled { dropCancelledBlocking(now) }
            expire(now)
            inquire(now, isReady: sentinelIsReady)
            dialOrWrite(now, socketIsReady: socketIsReady)
            (socketIsReady, sentinelIsReady) = pause()
        }
    }

    /// Waits until there is something to do. Returns whether the socket has something, and that to a sentinel.
    private func pause() -> (socket: Bool, sentinel: Bool) {
        var polled = [pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0)]
        var wakeTime = earlier(nextExpiry, inquiryTime)
        var holdsMore = false
        switch phase {
        case .disconnected:
            if !waiting.isEmpty { wakeTime = earlier(wakeTime, schedule.next) }
        case .dialling(let approach):
            polled.append(Self.polled(approach.interest))
            wakeTime = earlier(wakeTime, approach.wakeTime)
        case .connected(let link):
            polled.append(pollfd(fd: link.descriptor, events: link.events, revents: 0))
            polled.append(Self.polled(inquiry?.interest))
            holdsMore = link.holdsMore
        }
        if holdsMore { wakeTime = clock.now }
        poll(&polled, nfds_t(polled.count), wakeTime.map { ($0 - clock.now).pollMilliseconds } ?? -1)
        if polled[0].revents != 0 { wake.clear() }
        return (holdsMore || polled.count > 1 && polled[1].revents != 0, polled.count > 2 && polled[2].revents != 0)
    }

    /// `poll` passes over a negative descriptor.
    private static func polled(_ interest: (descriptor: Int32, events: Int16)?) -> pollfd {
        pollfd(fd: interest?.descriptor ?? -1, events: interest?.events ?? 0, revents: 0)
    }

    private func finish(_ late: [Request]) {
        phase = .disconnected
        core.isConnected.store(false, ordering: .relaxed)
        for entry in inFlight.takeAll() { entry.request.fail(.closed, mayHaveRun: true) }
        for request in waiting.takeAll() + late { request.fail(.closed, mayHaveRun: false) }
    }

    func earlier(_ one: ContinuousClock.Instant?, _ other: ContinuousClock.Instant?) -> ContinuousClock.Instant? {
        guard let one, let other else { return one ?? other }
        return min(one, other)
    }
}

extension Duration {
    /// For `poll`: rounded up, so that the moment has come when it returns.
    var pollMilliseconds: Int32 {
        guard self > .zero else { return 0 }
        let (seconds, attoseconds) = components
        guard seconds < 1_000_000 else { return 1_000_000_000 }
        return Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
