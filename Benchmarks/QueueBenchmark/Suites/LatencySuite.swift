import Glibc
import QueueKit
import QueueWorker
import RedisClient
import Synchronization

/// How soon an idle worker begins a job.
struct LatencySuite: Suite {
    static let name = "latency"
    static let summary = "from just before the enqueue is sent to the start of the job, worker idle, one job at a time"

    let plan: Plan
    let report: Report

    func run() async throws {
        let jobs = plan.count(300)
        try await BenchmarkServer.with { server in
            let pipe = try NamedPipe(at: "/tmp/queue-benchmark-\(getpid()).fifo")
            let command = "echo >\(pipe.path)"
            let executor = try ProcessExecutor(environment: ["PATH": "/usr/bin:/bin"])
            let starts = Moments()
            try await BenchmarkWorker.with(
                server,
                slots: 2,
                executor: executor,
                onEvent: { if case .started = $0 { starts.add(wallClock()) } },
                {
                    try await measure("enqueue", jobs, pipe, starts) {
                        _ = try await server.queue.enqueue(
                            [NewJob(JobDocument(command: command))],
                            configuration: QueueConfiguration()
                        )
                    }
                    let push = RedisCommand("LPUSH", server.queue.keys.incoming, "{\"command\":\"\(command)\"}")
                    try await measure("LPUSH by another service", jobs, pipe, starts) {
                        _ = try await server.redis.send(push)
                    }
                }
            )
        }
    }

    private func measure(
        _ way: String,
        _ jobs: Int,
        _ pipe: NamedPipe,
        _ starts: Moments,
        _ send: () async throws -> Void
    ) async throws {
        var begun: [Double] = []
        var spoken: [Double] = []
        starts.clear()
        for _ in 0..<jobs {
            let sent = wallClock()
            try await send()
            let heard = try await blocking { try pipe.read() }
            spoken.append(Double(heard - sent) / 1e6)
            begun.append(Double(starts.first - sent) / 1e6)
            try await Task.sleep(for: .milliseconds(10))
            starts.clear()
        }
        for (part, name) in [(0.5, "p50"), (0.9, "p90"), (0.99, "p99")] {
            let goal = part == 0.5 ? "< 5" : nil
            report.add("\(way): worker begins, \(name) of \(jobs)", "ms", [begun.percentile(part)], goal: goal)
            report.add("\(way): shell speaks, \(name) of \(jobs)", "ms", [spoken.percentile(part)], goal: goal)
        }
    }
}

/// When things happened, in nanoseconds since the epoch.
private final class Moments: Sendable {
    private let times = Mutex<[Int64]>([])

    var first: Int64 { times.withLock { $0.first ?? 0 } }

    func add(_ time: Int64) { times.withLock { $0.append(time) } }
    func clear() { times.withLock { $0 = [] } }
}
