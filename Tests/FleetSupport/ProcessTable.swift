import Foundation

/// What /proc says.
package enum ProcessTable {
    package struct Entry: Hashable {
        package let pid: pid_t
        package let environment: String

        /// Whether it belongs to a job, and not to a worker or its guardian.
        package var isJob: Bool { environment.contains("QUEUECTL_JOB_ID=") }
    }

    /// Living processes that have this text in their environment.
    package static func living(marked mark: String) -> [Entry] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.compactMap { pid in
            // A zombie has none.
            guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/environ") else { return nil }
            let environment = String(decoding: data, as: UTF8.self)
            return environment.contains(mark) ? Entry(pid: pid, environment: environment) : nil
        }
    }

    package static func isAlive(_ pid: pid_t) -> Bool {
        guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return false }
        let fields = String(decoding: data, as: UTF8.self).split(separator: ")").last
        return fields.map { !$0.hasPrefix(" Z") && !$0.hasPrefix(" X") } ?? false
    }

    /// The memory of a process that it shares with nobody, in bytes.
    package static func ownBytes(of pid: pid_t) -> Int {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/smaps_rollup", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").filter { $0.hasPrefix("Private_") }.reduce(0) { sum, line in
            sum + (Int(line.split(separator: " ").dropFirst().first ?? "") ?? 0) * 1024
        }
    }
}
