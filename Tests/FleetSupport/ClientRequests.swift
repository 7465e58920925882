import Foundation
import TestSupport

/// Counts what clients send to a server, leaving out what scripts call and what the test itself asks.
package final class ClientRequests: Sendable {
    private let monitor: ChildProcess
    private let output: String

    package init(_ fleet: Fleet) async throws {
        output = "\(fleet.folder.path)/monitor"
        try? FileManager.default.removeItem(atPath: output)
        let socket = "\(fleet.server.folder.path)/redis.sock"
        monitor = try ChildProcess(["redis-cli", "-s", socket, "MONITOR"], output: output)
        let output = output
        try await waitUntil("the monitor listens") { readLines(output).first == "OK" }
    }

    /// How many there were, by command.
    package func counts() -> [String: Int] {
        var counts: [String: Int] = [:]
        for line in readLines(output).dropFirst() where !line.contains(" lua] ") {
            guard let start = line.firstIndex(of: "\"") else { continue }
            let command = line[line.index(after: start)...].prefix { $0 != "\"" }.uppercased()
            // What the kit asks while it waits; workers never do.
            if command == "HGET" || command == "INFO" { continue }
            counts[command, default: 0] += 1
        }
        return counts
    }

    package var total: Int { counts().values.reduce(0, +) }
}
