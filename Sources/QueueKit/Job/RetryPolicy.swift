#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// How long a job waits between two attempts.
public struct RetryPolicy: Sendable, Equatable {
    /// Retries after the first attempt.
    public var maxRetries: Int
    /// The wait before retry n is `base ^ n` seconds.
    public var base: Double
    /// The longest wait before jitter.
    public var cap: Duration

    /// Makes a policy.
    public init(maxRetries: Int, base: Double, cap: Duration) {
        self.maxRetries = maxRetries
        self.base = base
        self.cap = cap
    }

    /// Whether a job that has now failed `failures` times gets another attempt.
    public func allowsRetry(afterFailures failures: Int) -> Bool {
        failures <= maxRetries
    }

    /// The wait before retry `n`: `min(base ^ n, cap)` seconds, plus up to a tenth of it.
    ///
    /// Never overflows, and never negative, whatever the numbers. A `base` that is no number counts as 1.
    ///
    /// - Parameters:
    ///   - retry: 1 for the first retry; less counts as 0, which is a wait of one second (or the cap).
    ///   - jitter: 0...1: how much of the tenth to add. It spreads jobs that failed together.
    public func delay(beforeRetry retry: Int, jitter: Double) -> Duration {
        let capMilliseconds = Double(max(0, cap.wholeMilliseconds))
        let seconds = base.isFinite ? pow(base, Double(max(0, retry))) : 1
        // An infinite power is simply above the cap.
        let waited = min(seconds.isNaN ? 1000 : max(0, seconds * 1000), capMilliseconds)
        let added = waited * 0.1 * min(max(jitter.isNaN ? 0 : jitter, 0), 1)
        return .milliseconds(Int64(exactly: (waited + added).rounded(.down)) ?? .max)
    }

    /// The wait before retry `n`, with its jitter taken from a source of randomness.
    public func delay(beforeRetry retry: Int, using random: inout some RandomNumberGenerator) -> Duration {
        delay(beforeRetry: retry, jitter: Double.random(in: 0...1, using: &random))
    }
}
