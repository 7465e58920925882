import Glibc
import QueueWorker

/// How many processes a worker gets through, next to what does nothing else.
struct ShellSuite: Suite {
    static let name = "shell"
    static let summary = "jobs of the command `true`, run by sh -c, next to xargs and to a loop of posix_spawn and wait"

    let plan: Plan
    let report: Report

    func run() async throws {
        try await BenchmarkServer.with { server in
            for slots in [2, 4] { try await measure(server, slots: slots, jobs: plan.count(2000)) }
        }
    }

    private func measure(_ server: BenchmarkServer, slots: Int, jobs: Int) async throws {
        var runs: [WorkerRun] = []
        var xargs: [Double] = []
        var loops: [Double] = []
        let list = "/tmp/queue-benchmark-\(getpid()).list"
        defer { unlink(list) }
        _ = try await Child.time(["seq", "\(jobs)"], output: list)
        for _ in 0..<plan.runs {
            let executor = try ProcessExecutor(environment: ["PATH": "/usr/bin:/bin"])
            runs.append(try await server.run(jobs, slots: slots, executor: executor))
            let words = ["xargs", "-P\(slots)", "-n1", "sh", "-c", "true"]
            xargs.append(Double(jobs) / (try await Child.time(words, input: list)))
            loops.append(Double(jobs) / (try await spawnLoops(slots, jobs)))
        }
        let ours = runs.map(\.rate)
        report.add("jobs, \(slots) slots", "/s", ours)
        report.add("xargs -P\(slots)", "/s", xargs)
        report.add("posix_spawn, \(slots) processes", "/s", loops)
        report.add("ratio to xargs -P\(slots)", "x", ratios(ours, to: xargs))
        report.add("ratio to posix_spawn, \(slots) processes", "x", ratios(ours, to: loops))
        report.add("processor of the worker, \(slots) slots", "us", runs.map(\.workerCost))
        report.add("processor of Redis, \(slots) slots", "us", runs.map(\.redisCost))
    }

    /// Seconds for `count` shells started by so many loops side by side.
    private func spawnLoops(_ loops: Int, _ count: Int) async throws -> Double {
        try await blocking {
            let clock = ContinuousClock()
            let start = clock.now
            let words = [Child.ownPath, "spawn-loop", "\(count / loops)", "--", "/bin/sh", "-c", "true"]
            let children = try (0..<loops).map { _ in try Child(words) }
            for child in children { try child.wait() }
            return (clock.now - start).seconds
        }
    }
}
