// A primary that is frozen or cut off keeps its connections open and says nothing; one that wakes up after another took over,
// or was replaced by request, goes on answering for some seconds, and all that it acknowledges is lost. So, while
// anything is asked of it, the sentinels are asked now and then whether it still is the primary.
extension ConnectionLoop {
    /// Asks the sentinels when it is time, and drops the connection once they name another primary.
    func inquire(_ now: ContinuousClock.Instant, isReady: Bool) {
        guard case .primary = core.configuration.address, case .connected(let link) = phase else {
            inquiry = nil
            return
        }
        // One that was begun is brought to its end: a server that answers at once leaves nothing in flight meanwhile.
        guard isInUse || inquiry != nil else { return }
        let whereabouts = core.configuration.whereabouts
        if inquiry == nil, whereabouts.beginAsking(now) {
            inquiry = Approach(core.configuration, to: .name, now: now, wake: wake)
        }
        do throws(DialFailure) {
            if case .named(let primary)? = try inquiry?.advance(now: now, isReady: isReady, buffer: buffer) {
                inquiry = nil
                whereabouts.heard(primary)
            }
        } catch {
            // They are away as well; another look later.
            inquiry = nil
        }
        guard let primary = whereabouts.primary, RedisAddress(primary) != link.address else { return }
        drop("the sentinels name \(primary) as the primary now, no longer \(link.address)", now)
    }

    /// When to call `inquire` at the latest.
    var inquiryTime: ContinuousClock.Instant? {
        guard case .primary = core.configuration.address, case .connected = phase else { return nil }
        return inquiry?.wakeTime ?? (isInUse ? core.configuration.whereabouts.timeToLook(after: clock.now) : nil)
    }

    /// Whether something is awaited, or about to be sent.
    private var isInUse: Bool { !inFlight.isEmpty || !waiting.isEmpty }
}
