import QueueKit
import QueueWorker

/// What a job costs Redis, from claim to settle.
struct CostSuite: Suite {
    static let name = "cost"
    static let summary = "processor time of Redis per job, claim + settle, next to a queue of plain commands"

    let plan: Plan
    let report: Report
    private let worker = WorkerID.ofThisProcess()

    func run() async throws {
        for isTrimming in [false, true] {
            try await BenchmarkServer.with { server in
                var configuration = QueueConfiguration()
                if isTrimming {
                    // Full: from now on each job that finishes pushes an old one out.
                    let kept = configuration.retentionCount
                    try await server.queue.seed(kept)
                    try await server.queue.drain(kept, batch: 200, worker: worker, configuration: configuration)
                } else {
                    configuration.retentionCount = 10_000_000
                }
                for (batch, jobs) in [(100, 10_000), (10, 5000), (1, 2000)] {
                    try await measure(server, batch, plan.count(jobs), configuration, isTrimming)
                }
            }
        }
    }

    private func measure(
        _ server: BenchmarkServer,
        _ batch: Int,
        _ jobs: Int,
        _ configuration: QueueConfiguration,
        _ isTrimming: Bool
    ) async throws {
        var ours: [ServerUsage] = []
        var floors: [ServerUsage] = []
        let plain = PlainQueue(socket: server.socket)
        for _ in 0..<plan.runs {
            try await server.queue.seed(jobs)
            try await server.settle()
            ours.append(
                try await server.usage {
                    try await server.queue.drain(jobs, batch: batch, worker: worker, configuration: configuration)
                }
            )
            try await blocking { try plain.enqueue(jobs, batch: 200) }
            floors.append(try await server.usage { try await blocking { try plain.drain(jobs, batch: batch) } })
        }
        let suffix = ", batches of \(batch)" + (isTrimming ? ", retention full" : "")
        let goal = batch == 100 ? "<= 25" : nil
        let processor = ours.map { $0.processor / Double(jobs) }
        let floor = floors.map { $0.processor / Double(jobs) }
        report.add("processor" + suffix, "us", processor, goal: goal)
        report.add("in scripts" + suffix, "us", ours.map { $0.scripts / Double(jobs) })
        report.add("plain commands" + suffix, "us", floor)
        report.add("ratio to plain commands" + suffix, "x", ratios(processor, to: floor))
    }
}
