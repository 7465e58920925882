import Glibc

/// The thread of a subscription: dials, subscribes, passes messages on, and asks a silent peer whether it is there.
final class SubscriptionLoop {
    private enum Phase {
        case disconnected
        case dialling(Approach)
        case connected(Link)
    }

    private let core: SubscriptionCore
    private let consumer: AsyncStream<RedisSubscription.Event>.Continuation
    private let clock = ContinuousClock()
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 * 1024, alignment: 16)
    /// How long a peer may be silent before it is asked, and how long it may then take to answer.
    private let patience: Duration

    private var phase = Phase.disconnected
    private var schedule: DialSchedule
    private var unconfirmed = 0
    private var isAsked = false
    private var silenceEnds = ContinuousClock.now

    init(_ core: SubscriptionCore, _ consumer: AsyncStream<RedisSubscription.Event>.Continuation) {
        self.core = core
        self.consumer = consumer
        patience = core.configuration.commandTimeout / 2
        schedule = DialSchedule(core.backoff)
    }

    deinit {
        buffer.deallocate()
    }

    func run() {
        var socketIsReady = false
        while !core.isClosed {
            step(clock.now, socketIsReady: socketIsReady)
            socketIsReady = pause()
        }
        consumer.finish()
    }

    private func step(_ now: ContinuousClock.Instant, socketIsReady: Bool) {
        if case .disconnected = phase, schedule.allowsDial(now) {
            let home = core.configuration
            // In a cluster every node passes on what is published.
            let node = home.whereabouts.node(afterFailures: schedule.failures, home: home.address)
            phase = .dialling(Approach(home.at(node), now: now, wake: core.wake))
        }
        switch phase {
        case .disconnected: return
        case .dialling(let approach):
            do {
                if case .ready(let link) = try approach.advance(now: now, isReady: socketIsReady, buffer: buffer) {
                    subscribe(link, now)
                }
            } catch {
                phase = .disconnected
                schedule.failed(error.reason, now)
                core.onEvent?(.dialFailed(reason: error.reason))
            }
        case .connected(let link):
            if socketIsReady { receive(link, now) }
            if now >= silenceEnds { endSilence(link, now) }
        }
    }

    private func subscribe(_ link: Link, _ now: ContinuousClock.Instant) {
        phase = .connected(link)
        silenceEnds = now.advanced(by: patience)
        unconfirmed = core.channels.count
        link.enqueue(RedisCommand("SUBSCRIBE", arguments: RedisArguments(core.channels)))
        isAsked = true
        core.onEvent?(.connected(afterOutage: schedule.connected(now)))
        flush(link, now)
    }

    private func endSilence(_ link: Link, _ now: ContinuousClock.Instant) {
        guard !isAsked else { return drop("it fell silent", now) }
        isAsked = true
        silenceEnds = now.advanced(by: patience)
        link.enqueue(RedisCommand("PING"))
        flush(link, now)
    }

    private func flush(_ link: Link, _ now: ContinuousClock.Instant) {
        do {
            try link.flush()
        } catch {
            drop(error.reason, now)
        }
    }

    private func receive(_ link: Link, _ now: ContinuousClock.Instant) {
        if link.unwritten > 0 { flush(link, now) }
        let arrival = link.receive(into: buffer)
        if !arrival.replies.isEmpty {
            isAsked = unconfirmed > 0
            silenceEnds = now.advanced(by: patience)
        }
        var hasMissed = false
        for reply in arrival.replies {
            if let error = reply.error { return drop(error.message, now) }
            if case .dropped = pass(reply) { hasMissed = true }
        }
        if hasMissed { consumer.yield(.subscribed) }
        if let end = arrival.end { drop(end.reason, now) }
    }

    private func pass(_ reply: RESPValue) -> AsyncStream<RedisSubscription.Event>.Continuation.YieldResult? {
        guard let parts = reply.array, parts.count == 3, let channel = parts[1].string else { return nil }
        switch parts[0].string {
        case "message":
            return consumer.yield(.message(channel: channel, payload: parts[2].bytes ?? []))
        case "subscribe":
            unconfirmed -= 1
            guard unconfirmed == 0 else { return nil }
            isAsked = false
            schedule.proven()
            return consumer.yield(.subscribed)
        default:
            return nil
        }
    }

    private func drop(_ reason: String, _ now: ContinuousClock.Instant) {
        guard case .connected = phase else { return }
        phase = .disconnected
        schedule.lost(reason, hadWork: true, now)
        core.onEvent?(.lost(reason: reason))
    }

    private func pause() -> Bool {
        var polled = [pollfd(fd: core.wake.descriptor, events: Int16(POLLIN), revents: 0)]
        var wakeTime: ContinuousClock.Instant?
        var holdsMore = false
        switch phase {
        case .disconnected:
            wakeTime = schedule.next ?? clock.now
        case .dialling(let approach):
            if let (descriptor, events) = approach.interest {
                polled.append(pollfd(fd: descriptor, events: events, revents: 0))
            }
            wakeTime = approach.wakeTime
        case .connected(let link):
            polled.append(pollfd(fd: link.descriptor, events: link.events, revents: 0))
            holdsMore = link.holdsMore
            wakeTime = holdsMore ? clock.now : silenceEnds
        }
        poll(&polled, nfds_t(polled.count), wakeTime.map { ($0 - clock.now).pollMilliseconds } ?? -1)
        if polled[0].revents != 0 { core.wake.clear() }
        return holdsMore || polled.count > 1 && polled[1].revents != 0
    }
}
