extension ConnectionLoop {
    func noteDeadline(_ deadline: ContinuousClock.Instant) {
        nextExpiry = earlier(nextExpiry, deadline)
    }

    /// Fails what has waited too long. If that is the oldest request on the wire, the connection is dead.
    func expire(_ now: ContinuousClock.Instant) {
        guard let due = nextExpiry, due <= now else { return }
        nextExpiry = nil
        if let oldest = inFlight.first, oldest.deadline <= now {
            drop("no answer to \(oldest.request.name) in time", oldest: .timedOut, now)
        }
        inFlight.updateEach { entry in
            if entry.deadline <= now {
                // The server may still be busy with an older request, so the connection is kept for now. The answer
                // to this one is still to come and to be thrown away.
                entry.request.fail(.timedOut, mayHaveRun: true, cause: "an older request is still unanswered")
                entry.deadline = now.advanced(by: core.configuration.commandTimeout)
            }
            noteDeadline(entry.deadline)
        }
        let cause = schedule.lastFailure.isEmpty ? "not connected" : "not connected, \(schedule.lastFailure)"
        for request in waiting.takeAll() where !request.isFinished {
            if request.deadline <= now {
                request.fail(.timedOut, mayHaveRun: false, cause: cause)
            } else {
                waiting.append(request)
                noteDeadline(request.deadline)
            }
        }
    }

    /// Drops the connection if a blocking command without a caller holds it: what comes next would wait behind it.
    func dropCancelledBlocking(_ now: ContinuousClock.Instant) {
        var isHeld = false
        inFlight.updateEach { entry in
            if entry.request.overdueAfter != nil, entry.request.isFinished { isHeld = true }
        }
        if isHeld { drop("a blocking command was cancelled", now) }
    }
}
