import Glibc
import QueueKit

/// How long the command line takes, as a person waits for it.
struct CommandSuite: Suite {
    static let name = "command"
    static let summary = "queuectl as a whole process, from its start to its end"

    let plan: Plan
    let report: Report
    private var documents: String { "/tmp/queue-benchmark-\(getpid()).jsonl" }

    func run() async throws {
        guard access(plan.queuectl, X_OK) == 0 else {
            return report.skip("there is no \(plan.queuectl); give one with --queuectl")
        }
        try await BenchmarkServer.with { server in
            do {
                try await measureFile(server, jobs: plan.count(100_000))
            } catch let failure as ChildFailure {
                report.skip("enqueue --file: \(failure)")
            }
            try await measureBacklog(server, jobs: plan.count(1_000_000))
        }
    }

    private func queuectl(_ server: BenchmarkServer, _ words: String...) async throws -> Double {
        try await Child.time([plan.queuectl] + words + ["--redis", "unix://\(server.socket)"])
    }

    private func measureFile(_ server: BenchmarkServer, jobs: Int) async throws {
        let line = "{\"command\":\"make invoice N=1234567\",\"priority\":5,\"max_retries\":3}\n"
        try write(String(repeating: line, count: jobs), toFile: documents)
        defer { unlink(documents) }
        var times: [Double] = []
        for _ in 0..<plan.runs {
            try await server.clear()
            times.append(try await queuectl(server, "enqueue", "--file", documents))
        }
        report.add("enqueue --file of \(jobs) jobs", "s", times, goal: "< 5")
    }

    private func measureBacklog(_ server: BenchmarkServer, jobs: Int) async throws {
        try await server.clear()
        try await server.queue.seed(jobs, command: "make invoice N=1234567")
        try await server.settle()
        var times: [String: [Double]] = [:]
        for _ in 0..<plan.runs * 2 {
            let job = NewJob(JobDocument(command: "true"))
            _ = try await server.queue.enqueue([job], configuration: QueueConfiguration())
            times["status", default: []].append(try await queuectl(server, "status") * 1000)
            times["cancel", default: []].append(try await queuectl(server, "cancel", job.id.text) * 1000)
            times["enqueue", default: []].append(try await queuectl(server, "enqueue", "--command", "true") * 1000)
            times["--version", default: []].append(try await Child.time([plan.queuectl, "--version"]) * 1000)
        }
        for (name, goal) in [("status", "< 50"), ("cancel", "< 50"), ("enqueue", nil), ("--version", nil)] {
            let title = name == "--version" ? "--version, no Redis" : "\(name), \(jobs) jobs pending"
            report.add(title, "ms", times[name] ?? [], goal: goal)
        }
    }
}
