import Glibc
import QueueWorker

/// How many processes a worker gets through, next to what does nothing else.
struct ShellSuite: Suite {
    static let name = "shell"
    static let summary = "jobs of the command `true`, run by sh -c, next to xargs and to a loop of posix_spawn and wait"

    let plan: Plan
    let report: Report

    private static let slotCounts = [2, 4, 8, 16]

    /// Jobs per second, and the processor time of each in microseconds: that of processes started for it, and what starts them.
    private struct Run {
        let rate: Double
        let cost: Double
    }

    func run() async throws {
        let jobs = plan.count(2000)
        var ours: [Int: [Run]] = [:]
        var workers: [Int: [WorkerRun]] = [:]
        var xargs: [Run] = []
        var floors: [Run] = []
        try await BenchmarkServer.with { server in
            for _ in 0..<plan.runs {
                // In turn, so that what is compared has had the same machine.
                for slots in Self.slotCounts {
                    let (run, worker) = try await measureWorker(server, slots: slots, jobs: jobs)
                    ours[slots, default: []].append(run)
                    workers[slots, default: []].append(worker)
                }
                xargs.append(try await measured(jobs) { try await runXargs(jobs) })
                floors.append(try await measured(jobs) { try await runFloor(jobs) })
            }
        }
        report.add("xargs -P2 -n1", "/s", xargs.map(\.rate))
        report.add("posix_spawn in C, 2 processes", "/s", floors.map(\.rate))
        report.add("processor of xargs", "us", xargs.map(\.cost))
        report.add("processor of posix_spawn", "us", floors.map(\.cost))
        for slots in Self.slotCounts {
            add(slots, ours[slots] ?? [], workers[slots] ?? [], xargs, floors)
        }
    }

    private func add(_ slots: Int, _ ours: [Run], _ workers: [WorkerRun], _ xargs: [Run], _ floors: [Run]) {
        let suffix = ", \(slots) slots"
        let all = zip(ours, workers).map { $0.cost + $1.redisCost }
        report.add("jobs" + suffix, "/s", ours.map(\.rate))
        report.add("ratio to xargs" + suffix, "x", ratios(ours.map(\.rate), to: xargs.map(\.rate)))
        report.add("ratio to posix_spawn" + suffix, "x", ratios(ours.map(\.rate), to: floors.map(\.rate)))
        report.add("processor of all there is" + suffix, "us", all)
        report.add("the same, ratio to posix_spawn" + suffix, "x", ratios(all, to: floors.map(\.cost)))
        report.add("processor of the worker" + suffix, "us", workers.map(\.workerCost))
        report.add("processor of Redis" + suffix, "us", workers.map(\.redisCost))
        report.add("scripts called per job" + suffix, "", workers.map(\.calls))
        report.add("longest time without a job settled" + suffix, "ms", workers.map(\.longestPause))
    }

    private func measureWorker(_ server: BenchmarkServer, slots: Int, jobs: Int) async throws -> (Run, WorkerRun) {
        let executor = try ProcessExecutor(environment: ["PATH": "/usr/bin:/bin"])
        let before = childrensProcessorTime()
        let worker = try await server.run(jobs, slots: slots, executor: executor)
        let children = (childrensProcessorTime() - before) / Double(jobs) * 1e6
        return (Run(rate: worker.rate, cost: children + worker.workerCost), worker)
    }

    /// `work` returns its seconds.
    private func measured(_ jobs: Int, _ work: () async throws -> Double) async throws -> Run {
        let before = childrensProcessorTime()
        let time = try await work()
        return Run(rate: Double(jobs) / time, cost: (childrensProcessorTime() - before) / Double(jobs) * 1e6)
    }

    private func runXargs(_ count: Int) async throws -> Double {
        let list = "/tmp/queue-benchmark-\(getpid()).list"
        defer { unlink(list) }
        try write((0..<count).map { "\($0)\n" }.joined(), toFile: list)
        return try await Child.time(["xargs", "-P2", "-n1", "sh", "-c", "true"], input: list)
    }

    /// Shells started by two loops side by side.
    private func runFloor(_ count: Int) async throws -> Double {
        try await blocking {
            let clock = ContinuousClock()
            let start = clock.now
            let words = [Child.floorPath, "\(count / 2)", "/bin/sh", "-c", "true"]
            let children = try (0..<2).map { _ in try Child(words) }
            for child in children { try child.wait() }
            return (clock.now - start).seconds
        }
    }
}
