import QueueWorker

/// How many jobs that do nothing a worker gets through.
struct ThroughputSuite: Suite {
    static let name = "throughput"
    static let summary = "jobs that do nothing, by a handler in the worker's process, from claim to settled"

    let plan: Plan
    let report: Report

    func run() async throws {
        try await BenchmarkServer.with { server in
            for (slots, jobs) in [(1, 5000), (10, 20_000), (50, 40_000)] {
                let count = plan.count(jobs)
                var runs: [WorkerRun] = []
                for _ in 0..<plan.runs {
                    runs.append(try await server.run(count, slots: slots, executor: HandlerExecutor { _, _ in }))
                }
                let suffix = ", \(slots) slot\(slots == 1 ? "" : "s")"
                report.add("jobs" + suffix, "/s", runs.map(\.rate))
                report.add("processor of the worker" + suffix, "us", runs.map(\.workerCost))
                report.add("processor of Redis" + suffix, "us", runs.map(\.redisCost))
                report.add("scripts called per job" + suffix, "", runs.map(\.calls))
                report.add("longest time without a job settled" + suffix, "ms", runs.map(\.longestPause))
            }
        }
    }
}
