import Foundation

/// What a process uses up.
package struct ProcessFigures: Sendable {
    /// Open descriptors.
    package let descriptors: Int
    /// Memory that is really there, in KiB.
    package let residentKiB: Int

    /// Looks at a process now; nil if it is gone.
    package init?(of pid: pid_t) {
        guard let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd"),
            let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
            let resident = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
        else { return nil }
        descriptors = open.count
        residentKiB = resident
    }
}
