/// Times as people read them: `3m ago`, `in 2h`.
package enum RelativeTime {
    /// Describes a time as seen from another, in one unit rounded down: `just now`, `42s ago`, `in 5m`, `3d ago`.
    package static func describe(_ time: Timestamp, from now: Timestamp) -> String {
        let (difference, overflow) = now.milliseconds.subtractingReportingOverflow(time.milliseconds)
        let distance = overflow ? UInt64(Int64.max) : difference.magnitude
        if distance < 1000 { return difference < 0 ? "in a moment" : "just now" }
        let text = brief(distance)
        return (overflow ? now < time : difference < 0) ? "in \(text)" : "\(text) ago"
    }

    /// Writes a duration in its largest unit, rounded down: `3m`, `2h`, `850ms`.
    package static func brief(_ duration: Duration) -> String {
        brief(duration.wholeMilliseconds.magnitude)
    }

    private static func brief(_ milliseconds: UInt64) -> String {
        switch milliseconds {
        case ..<1000: "\(milliseconds)ms"
        case ..<60_000: "\(milliseconds / 1000)s"
        case ..<3_600_000: "\(milliseconds / 60_000)m"
        case ..<86_400_000: "\(milliseconds / 3_600_000)h"
        default: "\(milliseconds / 86_400_000)d"
        }
    }
}
