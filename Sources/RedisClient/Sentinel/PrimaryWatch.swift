/// When sentinels are asked again whether a primary is still one, by all connections of a process together: one of them
/// asks, the others look at what it has heard. Decides only.
struct PrimaryWatch {
    typealias Instant = ContinuousClock.Instant

    /// How often they are asked.
    static let interval = Duration.seconds(2)
    /// How long an answer takes as a rule.
    static let answerTime = Duration.milliseconds(250)

    /// The primary, by what was heard last.
    private(set) var primary: RedisEndpoint?
    private var askedAt: Instant?

    /// Whether the caller is to ask now.
    mutating func beginAsking(_ now: Instant) -> Bool {
        if let askedAt, now < askedAt.advanced(by: Self.interval) { return false }
        askedAt = now
        return true
    }

    /// A sentinel has named the primary.
    mutating func heard(_ endpoint: RedisEndpoint) { primary = endpoint }

    /// When one who did not ask is to look: at what was just asked, or whether to ask again.
    func timeToLook(after now: Instant) -> Instant {
        guard let askedAt else { return now }
        let answer = askedAt.advanced(by: Self.answerTime)
        return now < answer ? answer : askedAt.advanced(by: Self.interval)
    }
}
