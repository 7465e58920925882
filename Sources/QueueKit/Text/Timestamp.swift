#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A point in time as queuectl stores it: whole milliseconds since 1970-01-01T00:00:00Z.
///
/// Redis' clock, Lua and the job hash all count this way, so nothing is ever converted through a floating-point number.
public struct Timestamp: Sendable, Hashable, Comparable {
    /// Milliseconds since the epoch, UTC, without leap seconds. Negative before 1970.
    public var milliseconds: Int64

    /// Makes a time from milliseconds since the epoch. Any value is taken.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Reads this host's clock. Decisions about jobs use Redis' clock instead; this one is for display and for ids.
    public static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// Orders by time, the earlier first.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }
}
