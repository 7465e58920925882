import Glibc
import RedisClient

/// What a worker costs that has nothing to do.
struct IdleSuite: Suite {
    static let name = "idle"
    static let summary = "a worker of 4 slots in a process of its own, with nothing to do for 10 s"

    let plan: Plan
    let report: Report

    func run() async throws {
        try await BenchmarkServer.with { server in
            let child = try Child([Child.ownPath, "idle-worker", server.socket, "4"])
            defer { child.end() }
            while try await number(server.info("clients")["blocked_clients"]) == 0 {
                try await Task.sleep(for: .milliseconds(50))
            }
            try await Task.sleep(for: .seconds(1))
            let monitor = try Child(["redis-cli", "-s", server.socket, "monitor"], output: log)
            defer {
                monitor.end()
                unlink(log)
            }
            try await Task.sleep(for: .milliseconds(200))
            let time = plan.isQuick ? 3.0 : 10.0
            let before = try ProcessStatus(child.pid)
            try await Task.sleep(for: .seconds(time))
            let after = try ProcessStatus(child.pid)
            // Of the lines of scripts it says `lua` where the client's address would be; the first is the server's OK.
            let commands = try text(ofFile: log).split(separator: "\n").dropFirst().count { !$0.contains(" lua]") }
            report.add("commands sent to Redis", "/s", [Double(commands) / time], goal: "< 2")
            report.add("processor", "%", [(after.processorTime - before.processorTime) / time * 100])
            report.add("resident memory", "MB", [after.residentBytes / 1e6], goal: "< 30")
            report.add("of that, not shared with others", "MB", [after.ownBytes / 1e6])
        }
    }

    private var log: String { "/tmp/queue-benchmark-\(getpid()).monitor" }
}
