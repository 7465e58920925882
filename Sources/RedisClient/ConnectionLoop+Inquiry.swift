extension ConnectionLoop {
    /// While an answer is overdue: asks the sentinels, if there are some, whether this is still the primary, and drops the
    /// connection if it is not.
    func inquire(_ now: ContinuousClock.Instant, isReady: Bool) {
        guard case .connected(let link) = phase, let oldest = oldestToInquireAbout else { return inquiry.end() }
        let primary = inquiry.advance(
            core.configuration,
            unanswered: oldest.sentAt,
            now: now,
            isReady: isReady,
            wake: wake,
            buffer: buffer
        )
        guard let primary, RedisAddress(primary) != link.address else { return }
        drop("the sentinels name \(primary) as the primary now, no longer \(link.address)", now)
    }

    /// When to call `inquire` at the latest.
    var inquiryTime: ContinuousClock.Instant? {
        oldestToInquireAbout.map { inquiry.wakeTime ?? $0.sentAt.advanced(by: SentinelInquiry.interval) }
    }

    /// The request that is unanswered for longest. A blocking one is none: its answer takes its time.
    private var oldestToInquireAbout: InFlight? {
        guard case .primary = core.configuration.address, let oldest = inFlight.first,
            oldest.request.overdueAfter == nil
        else { return nil }
        return oldest
    }
}
