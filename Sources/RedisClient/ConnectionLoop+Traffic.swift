extension ConnectionLoop {
    /// How much may stand between the queue and the kernel, so that requests not yet written survive a loss.
    private static let writeWindow = 256 * 1024

    /// Writes as much of what waits as the kernel takes, in as few calls as possible.
    func write(_ link: Link, _ now: ContinuousClock.Instant) {
        do {
            repeat {
                while retiring == nil, link.unwritten < Self.writeWindow, let request = waiting.popFirst() {
                    if request.markSent() { enqueue(request, link, now) }
                }
                try link.flush()
            } while link.unwritten == 0 && retiring == nil && !waiting.isEmpty
        } catch {
            // What the server said before it hung up is still to be read.
            receive(now)
            drop(error.reason, now)
        }
    }

    private func enqueue(_ request: Request, _ link: Link, _ now: ContinuousClock.Instant) {
        let deadline = request.overdueAfter.map { now.advanced(by: $0) } ?? request.deadline
        let start = link.written + link.unwritten
        inFlight.append(InFlight(request: request, start: start, deadline: deadline))
        noteDeadline(deadline)
        for command in request.commands { link.enqueue(command) }
    }

    /// Reads what has arrived and answers the requests in their order.
    func receive(_ now: ContinuousClock.Instant) {
        guard case .connected(let link) = phase else { return }
        let arrival = link.receive(into: buffer)
        for reply in arrival.replies {
            guard deliver(reply) else {
                // Unasked, a server only says why it is about to close.
                return drop(reply.error?.message ?? "an answer to nothing", now)
            }
        }
        if let end = arrival.end {
            drop(end.reason, oldest: end.kind == .protocolViolation ? .protocolError : .connectionLost, now)
        } else if let retiring, inFlight.isEmpty {
            drop(retiring, now)
        }
    }

    /// Gives a reply to the oldest request. Returns false if there is none.
    private func deliver(_ reply: RESPValue) -> Bool {
        let isComplete = inFlight.updateFirst { entry in
            entry.replies.append(reply)
            return entry.replies.count == entry.request.commands.count
        }
        guard let isComplete else { return false }
        if let error = reply.error, error.advice == .reconnect {
            retiring = error.message
        } else {
            schedule.proven()
        }
        if isComplete, let entry = inFlight.popFirst() {
            entry.request.finish(.success(entry.replies))
        }
        return true
    }
}
