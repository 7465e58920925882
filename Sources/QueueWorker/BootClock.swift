import Glibc

/// Time since boot, counted through suspend: a lease runs on while the machine sleeps.
struct BootTime: Sendable, Comparable {
    private let nanoseconds: Int64

    static func now() -> BootTime {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return BootTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    static func < (left: BootTime, right: BootTime) -> Bool { left.nanoseconds < right.nanoseconds }

    static func + (time: BootTime, duration: Duration) -> BootTime {
        let (seconds, attoseconds) = duration.components
        return BootTime(nanoseconds: time.nanoseconds + seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }

    static func - (left: BootTime, right: BootTime) -> Duration {
        .nanoseconds(left.nanoseconds - right.nanoseconds)
    }
}
