import QueueKit

/// What it costs to put jobs in.
struct EnqueueSuite: Suite {
    static let name = "enqueue"
    static let summary = "jobs put in by one process, next to plain HSET and RPUSH"

    let plan: Plan
    let report: Report

    func run() async throws {
        try await BenchmarkServer.with { server in
            try await measure(server, batch: 200, jobs: plan.count(20_000))
            try await measure(server, batch: 1, jobs: plan.count(5000))
        }
        try await measureMemory()
    }

    private func measure(_ server: BenchmarkServer, batch: Int, jobs: Int) async throws {
        var ours: [(rate: Double, cost: Double)] = []
        var floors: [(rate: Double, cost: Double)] = []
        let plain = PlainQueue(socket: server.socket)
        for _ in 0..<plan.runs {
            try await server.clear()
            ours.append(
                try await rate(server, jobs) {
                    for _ in stride(from: 0, to: jobs, by: batch) { try await server.queue.seed(batch) }
                }
            )
            try await server.clear()
            floors.append(try await rate(server, jobs) { try await blocking { try plain.enqueue(jobs, batch: batch) } })
        }
        let suffix = batch == 1 ? ", one at a time" : ", batches of \(batch)"
        report.add("jobs" + suffix, "/s", ours.map(\.rate))
        report.add("plain commands" + suffix, "/s", floors.map(\.rate))
        report.add("ratio to plain commands" + suffix, "x", ratios(ours.map(\.rate), to: floors.map(\.rate)))
        report.add("processor of Redis" + suffix, "us", ours.map(\.cost))
        report.add("processor of Redis, plain commands" + suffix, "us", floors.map(\.cost))
    }

    private func rate(
        _ server: BenchmarkServer,
        _ jobs: Int,
        _ work: () async throws -> Void
    ) async throws -> (rate: Double, cost: Double) {
        var time = 0.0
        let usage = try await server.usage { time = try await seconds(work) }
        return (Double(jobs) / time, usage.processor / Double(jobs))
    }

    private func measureMemory() async throws {
        let jobs = plan.count(100_000)
        try await BenchmarkServer.with { server in
            let before = try await server.memory()
            try await server.queue.seed(jobs, command: "make invoice N=1234567")
            try await server.settle()
            report.add("memory of a pending job", "B", [(try await server.memory() - before) / Double(jobs)])
        }
    }
}
