import QueueKit
import QueueWorker

/// Whether a job costs Redis more when many wait.
struct BacklogSuite: Suite {
    static let name = "backlog"
    static let summary = "processor time of Redis per job, claim + settle, with 1,000 and with 1,000,000 jobs pending"

    let plan: Plan
    let report: Report
    private let worker = WorkerID.ofThisProcess()
    private let batch = 100

    func run() async throws {
        let jobs = plan.count(10_000)
        try await BenchmarkServer.with { few in
            try await BenchmarkServer.with { many in
                try await few.queue.seed(plan.count(1000))
                try await many.queue.seed(plan.count(1_000_000))
                var costs: (few: [Double], many: [Double]) = ([], [])
                // In pairs, so that what else the machine does disturbs both.
                for _ in 0..<plan.runs {
                    costs.few.append(try await cost(of: jobs, on: few))
                    costs.many.append(try await cost(of: jobs, on: many))
                }
                report.add("processor, \(plan.count(1000)) pending", "us", costs.few)
                report.add("processor, \(plan.count(1_000_000)) pending", "us", costs.many)
                report.add("ratio", "x", ratios(costs.many, to: costs.few))
            }
        }
    }

    /// Runs so many jobs, of which as many are added before, so that the backlog stays as it is.
    private func cost(of jobs: Int, on server: BenchmarkServer) async throws -> Double {
        try await server.queue.seed(jobs)
        try await server.settle()
        let usage = try await server.usage {
            try await server.queue.drain(jobs, batch: batch, worker: worker, configuration: QueueConfiguration())
        }
        return usage.processor / Double(jobs)
    }
}
