/// When to dial, and how long the server has been away. Decides only, without a clock or a server.
struct DialSchedule {
    typealias Instant = ContinuousClock.Instant

    private let backoff: ReconnectBackoff
    /// Attempts in a row that came to nothing.
    private(set) var failures = 0
    private var outageStart: Instant?
    /// Whether the connection that stands has given a useful answer.
    private var isProven = false

    /// When the next attempt may start; nil for at once.
    private(set) var next: Instant?
    /// Why the last attempt came to nothing. Empty if it did not.
    private(set) var lastFailure = ""

    init(_ backoff: ReconnectBackoff) {
        self.backoff = backoff
    }

    func allowsDial(_ now: Instant) -> Bool { next.map { $0 <= now } ?? true }

    /// An attempt failed.
    mutating func failed(_ reason: String, _ now: Instant, random: Double = .random(in: 0...1)) {
        outageStart = outageStart ?? now
        postpone(reason, now, random)
    }

    /// An attempt succeeded. Returns how long the outage was, if there was one.
    mutating func connected(_ now: Instant) -> Duration? {
        defer { outageStart = nil }
        isProven = false
        next = nil
        return outageStart.map { now - $0 }
    }

    /// The connection gave a useful answer.
    mutating func proven() {
        isProven = true
        failures = 0
        lastFailure = ""
    }

    /// The connection ended. If it had work and never gave a useful answer, that counts as a failed attempt, or
    /// a server that greets and then hangs up would be dialled without a pause.
    mutating func lost(_ reason: String, hadWork: Bool, _ now: Instant, random: Double = .random(in: 0...1)) {
        guard hadWork else { return }
        // An idle connection that ends is no outage: nobody has missed anything yet.
        outageStart = outageStart ?? now
        if !isProven { postpone(reason, now, random) }
    }

    private mutating func postpone(_ reason: String, _ now: Instant, _ random: Double) {
        failures += 1
        lastFailure = reason
        next = now.advanced(by: backoff.delay(afterFailures: failures, random: random))
    }
}
