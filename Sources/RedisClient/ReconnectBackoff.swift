/// How long to wait before dialling again after dialling failed.
public struct ReconnectBackoff: Sendable, Hashable {
    /// The wait after the first failure, doubled by each further one.
    public var first: Duration

    /// The longest wait.
    public var longest: Duration

    /// Makes a schedule. The waits are spread by 25 % either way, so that many clients do not dial in step.
    public init(first: Duration, longest: Duration) {
        self.first = first
        self.longest = longest
    }

    /// 50 milliseconds, doubling up to 2 seconds.
    public static let standard = ReconnectBackoff(first: .milliseconds(50), longest: .seconds(2))

    /// The wait after this many failures in a row (1 or more), for a random number from 0 to 1.
    /// Never more than `longest`.
    func delay(afterFailures failures: Int, random: Double) -> Duration {
        let doublings = min(max(failures - 1, 0), 30)
        let base = min(first * (1 << doublings), longest)
        return min(base * (0.75 + 0.5 * random), longest)
    }
}
