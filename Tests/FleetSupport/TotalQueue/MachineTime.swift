import Foundation
import QueueKit

/// Time since the machine was started, as `/proc/uptime` tells it: the one clock that a shell reads without starting a
/// process, that cannot be set, and that faketime leaves alone. A hundredth of a second is its finest step.
package struct MachineTime: Comparable, Sendable {
    /// Hundredths of a second.
    package let ticks: Int

    package init(ticks: Int) { self.ticks = ticks }

    /// Reads what a job has written: seconds with two digits after the point.
    init?(_ text: some StringProtocol) {
        guard let ticks = Int(String(text.filter { $0 != "." })) else { return nil }
        self.ticks = ticks
    }

    /// When it was this time of day, if that has not been set since.
    init(_ time: Timestamp) {
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        self.init(ticks: Self.now().ticks - Int((now - time.milliseconds) / 10))
    }

    package static func now() -> MachineTime {
        let text = (try? String(contentsOfFile: "/proc/uptime", encoding: .utf8)) ?? ""
        return MachineTime(text.prefix { $0 != " " }) ?? MachineTime(ticks: 0)
    }

    package static func < (left: Self, right: Self) -> Bool { left.ticks < right.ticks }
    package static func - (left: Self, right: Self) -> Duration { .milliseconds((left.ticks - right.ticks) * 10) }
    package static func + (left: Self, right: Duration) -> Self {
        let (seconds, attoseconds) = right.components
        return Self(ticks: left.ticks + Int(seconds) * 100 + Int(attoseconds / 10_000_000_000_000_000))
    }
}
