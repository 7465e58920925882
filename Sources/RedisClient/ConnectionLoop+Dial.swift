import Glibc
import Synchronization

extension ConnectionLoop {
    /// Dials if something waits and an attempt is allowed; writes what waits if connected.
    func dialOrWrite(_ now: ContinuousClock.Instant, socketIsReady: Bool) {
        if case .disconnected = phase, !waiting.isEmpty, schedule.allowsDial(now) {
            phase = .dialling(Approach(core.configuration, now: now, wake: wake))
        }
        if case .dialling(let approach) = phase {
            do {
                switch try approach.advance(now: now, isReady: socketIsReady, buffer: buffer) {
                case .waiting, .named: return
                case .ready(let link): connected(link, now)
                }
            } catch {
                dialFailed(error, now)
            }
        }
        if case .connected(let link) = phase { write(link, now) }
    }

    private func connected(_ link: Link, _ now: ContinuousClock.Instant) {
        phase = .connected(link)
        retiring = nil
        core.isConnected.store(true, ordering: .relaxed)
        core.security.withLock { $0 = link.security }
        core.onEvent?(.connected(afterOutage: schedule.connected(now)))
    }

    private func dialFailed(_ failure: DialFailure, _ now: ContinuousClock.Instant) {
        phase = .disconnected
        schedule.failed(failure.reason, now)
        for request in waiting.takeAll() {
            switch failure {
            case .unreachable(let reason):
                request.fail(.unreachable, mayHaveRun: false, cause: reason)
            case .tls(let reason):
                request.fail(.tls, mayHaveRun: false, cause: reason)
            case .refused(let error, let command):
                let cause = "\(command) was answered \(error.message)"
                request.fail(.reply, mayHaveRun: false, reply: error, cause: cause)
            }
        }
        core.onEvent?(.dialFailed(reason: failure.reason))
    }

    /// Ends the connection. What was written fails; what was not goes back to the front of the queue.
    func drop(_ reason: String, oldest code: RedisError.Code = .connectionLost, _ now: ContinuousClock.Instant) {
        guard case .connected(let link) = phase else { return }
        phase = .disconnected
        inquiry = nil
        core.isConnected.store(false, ordering: .relaxed)
        schedule.lost(reason, hadWork: !inFlight.isEmpty || retiring != nil, now)

        var unwritten: [Request] = []
        var nextCode = code
        for entry in inFlight.takeAll() {
            if entry.start >= link.written {
                if entry.request.markUnsent() {
                    unwritten.append(entry.request)
                    noteDeadline(entry.request.deadline)
                }
            } else {
                entry.request.fail(nextCode, mayHaveRun: true, cause: nextCode == .timedOut ? "" : reason)
            }
            nextCode = .connectionLost
        }
        waiting.prepend(unwritten)
        core.onEvent?(.lost(reason: reason))
    }
}
