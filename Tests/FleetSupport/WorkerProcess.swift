import Foundation
import TestSupport

/// `queuectl worker start` as a process, and what it has logged.
package final class WorkerProcess: Sendable {
    package let process: ChildProcess
    package let log: String

    package init(_ process: ChildProcess, log: String) {
        self.process = process
        self.log = log
    }

    package var pid: pid_t { process.pid }

    /// A line of its log.
    package struct Event {
        package let name: String
        package let ids: [String]
        package let attempt: Int?
        package let state: String?
        package let error: String?
        /// How long what is over now has lasted, in seconds.
        package let after: Double?
    }

    /// What it has logged so far.
    package func events() -> [Event] {
        readLines(log).compactMap { line in
            guard let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
                let name = object["event"] as? String
            else { return nil }
            let ids = (object["id"] as? String).map { [$0] } ?? object["ids"] as? [String] ?? []
            return Event(
                name: name,
                ids: ids,
                attempt: object["attempt"] as? Int,
                state: object["state"] as? String,
                error: object["error"] as? String,
                after: object["after"] as? Double
            )
        }
    }

    package func events(_ name: String) -> [Event] { events().filter { $0.name == name } }

    /// Waits until it has logged this, so many times.
    package func waitForLog(_ name: String, times: Int = 1, within limit: Duration = .seconds(20)) async throws {
        try await waitUntil("worker \(pid) logs \(name) \(times) times", within: limit) { events(name).count >= times }
    }

    /// Waits until it has ended, and returns its exit code, or minus the signal that killed it.
    package func waitForExit(within limit: Duration = .seconds(20)) async throws -> Int32 {
        try await waitUntil("worker \(pid) ends", within: limit) { process.exitCode != nil }
        return process.exitCode ?? 0
    }
}

/// The lines of a file that are complete; none if there is no such file.
package func readLines(_ path: String) -> [String] {
    guard let data = FileManager.default.contents(atPath: path) else { return [] }
    var lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    lines.removeLast()
    return lines.map { String(decoding: $0, as: UTF8.self) }
}
