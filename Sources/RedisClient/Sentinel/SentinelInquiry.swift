/// Asks the sentinels of an answer that does not come whether the primary is still the one that was dialled. Belongs to one
/// thread.
///
/// A primary that is frozen or cut off keeps its connections open and says nothing, and one that wakes up after another
/// took over answers for a while as if nothing had happened. Without this, only the deadlines of requests would tell.
struct SentinelInquiry {
    typealias Instant = ContinuousClock.Instant

    /// How long an answer may take before the sentinels are asked, and how often they are then asked.
    static let interval = Duration.seconds(1)

    private var approach: Approach?
    private var next: Instant?

    /// What to poll for, if a sentinel is being asked.
    var interest: (descriptor: Int32, events: Int16)? { approach?.interest }

    /// When to look again at the latest.
    var wakeTime: Instant? { approach?.wakeTime ?? next }

    /// Ends it: there is no such answer any more.
    mutating func end() {
        approach = nil
        next = nil
    }

    /// Goes on with the inquiry, and begins one when it is time.
    ///
    /// - Parameter unanswered: since when the oldest answer is awaited.
    /// - Returns: The primary, if a sentinel has just named one.
    mutating func advance(
        _ configuration: RedisConfiguration,
        unanswered since: Instant,
        now: Instant,
        isReady: Bool,
        wake: WakeUp,
        buffer: UnsafeMutableRawBufferPointer
    ) -> RedisEndpoint? {
        if approach == nil {
            let due = max(since.advanced(by: Self.interval), next ?? since)
            next = due
            guard now >= due else { return nil }
            approach = Approach(configuration, to: .name, now: now, wake: wake)
        }
        do throws(DialFailure) {
            switch try approach?.advance(now: now, isReady: isReady, buffer: buffer) {
            case nil, .waiting, .ready: return nil
            case .named(let endpoint):
                approach = nil
                next = now.advanced(by: Self.interval)
                return endpoint
            }
        } catch {
            // They are away as well. Another look later.
            approach = nil
            next = now.advanced(by: Self.interval)
            return nil
        }
    }
}
