import Glibc
import QueueWorker

/// How many processes a worker gets through, next to what does nothing else.
struct ShellSuite: Suite {
    static let name = "shell"
    static let summary = "jobs of the command `true`, run by sh -c, next to xargs and to a loop of posix_spawn and wait"

    let plan: Plan
    let report: Report

    /// Jobs per second, and the processor time of each in microseconds: that of processes started for it, and what starts them.
    private struct Run {
        let rate: Double
        let cost: Double
    }

    func run() async throws {
        try await BenchmarkServer.with { server in
            for slots in [2, 4] { try await measure(server, slots: slots, jobs: plan.count(2000)) }
        }
    }

    private func measure(_ server: BenchmarkServer, slots: Int, jobs: Int) async throws {
        var ours: [Run] = []
        var workers: [WorkerRun] = []
        var xargs: [Run] = []
        var loops: [Run] = []
        for _ in 0..<plan.runs {
            let executor = try ProcessExecutor(environment: ["PATH": "/usr/bin:/bin"])
            var worker: WorkerRun?
            let run = try await measured(jobs) {
                let run = try await server.run(jobs, slots: slots, executor: executor)
                worker = run
                return Double(jobs) / run.rate
            }
            guard let worker else { continue }
            workers.append(worker)
            ours.append(Run(rate: run.rate, cost: run.cost + worker.workerCost))
            xargs.append(try await measured(jobs) { try await runXargs(slots, jobs) })
            loops.append(try await measured(jobs) { try await runLoops(slots, jobs) })
        }
        let all = zip(ours, workers).map { $0.cost + $1.redisCost }
        report.add("jobs, \(slots) slots", "/s", ours.map(\.rate))
        report.add("xargs -P\(slots)", "/s", xargs.map(\.rate))
        report.add("posix_spawn, \(slots) processes", "/s", loops.map(\.rate))
        report.add("ratio to xargs -P\(slots)", "x", ratios(ours.map(\.rate), to: xargs.map(\.rate)))
        report.add("ratio to posix_spawn, \(slots) processes", "x", ratios(ours.map(\.rate), to: loops.map(\.rate)))
        report.add("processor of all there is, \(slots) slots", "us", all)
        report.add("processor of the worker, \(slots) slots", "us", workers.map(\.workerCost))
        report.add("processor of Redis, \(slots) slots", "us", workers.map(\.redisCost))
        report.add("processor of xargs -P\(slots)", "us", xargs.map(\.cost))
        report.add("processor of posix_spawn, \(slots) processes", "us", loops.map(\.cost))
        report.add("scripts called per job, \(slots) slots", "", workers.map(\.calls))
        report.add("longest time without a job settled, \(slots) slots", "ms", workers.map(\.longestPause))
    }

    /// `work` returns its seconds.
    private func measured(_ jobs: Int, _ work: () async throws -> Double) async throws -> Run {
        let before = childrensProcessorTime()
        let time = try await work()
        return Run(rate: Double(jobs) / time, cost: (childrensProcessorTime() - before) / Double(jobs) * 1e6)
    }

    private func runXargs(_ parallel: Int, _ count: Int) async throws -> Double {
        let list = "/tmp/queue-benchmark-\(getpid()).list"
        defer { unlink(list) }
        try write((0..<count).map { "\($0)\n" }.joined(), toFile: list)
        return try await Child.time(["xargs", "-P\(parallel)", "-n1", "sh", "-c", "true"], input: list)
    }

    /// Shells started by so many loops side by side.
    private func runLoops(_ loops: Int, _ count: Int) async throws -> Double {
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
