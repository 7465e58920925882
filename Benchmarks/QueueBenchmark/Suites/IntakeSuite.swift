import QueueKit
import QueueWorker
import RedisClient

/// How fast a worker takes in what other services push.
struct IntakeSuite: Suite {
    static let name = "intake"
    static let summary =
        "100,000 pushes that wait: until all are jobs in pending lists, or rejected; one worker, queue paused"

    let plan: Plan
    let report: Report

    func run() async throws {
        let count = plan.count(100_000)
        try await BenchmarkServer.with { server in
            for (name, document) in Self.documents {
                var runs: [(rate: Double, worker: Double, redis: Double)] = []
                for _ in 0..<plan.runs { runs.append(try await takeIn(count, document, server)) }
                report.add("\(name) taken in", "/s", runs.map(\.rate), goal: "20000")
                report.add("processor of the worker, \(name)", "us", runs.map(\.worker))
                report.add("processor of Redis, \(name)", "us", runs.map(\.redis))
            }
        }
    }

    private static let documents: [(String, @Sendable (Int) -> String)] = [
        ("jobs", { #"{"command":"make invoice N=\#($0)","priority":\#($0 % 11)}"# }),
        ("malformed pushes", { #"{"comand":"make invoice N=\#($0)","priority":\#($0 % 11)}"# }),
    ]

    private func takeIn(
        _ count: Int,
        _ document: @Sendable (Int) -> String,
        _ server: BenchmarkServer
    ) async throws -> (rate: Double, worker: Double, redis: Double) {
        try await server.clear()
        _ = try await server.queue.pause()
        for first in stride(from: 0, to: count, by: 1000) {
            var command = RedisCommand("LPUSH", server.queue.keys.incoming)
            for number in first..<min(first + 1000, count) { command.append(document(number)) }
            _ = try await server.redis.send(command)
        }
        try await server.settle()
        let watch = Stopwatch(count: count)
        let before = ownProcessorTime()
        watch.begin()
        var time = 0.0
        let redis = try await server.usage {
            time = try await BenchmarkWorker.with(
                server,
                slots: 1,
                executor: HandlerExecutor { _, _ in },
                onEvent: { event in
                    guard case .ingested(_, let accepted, let rejected) = event else { return }
                    for _ in 0..<accepted + rejected { watch.finish() }
                },
                { await watch.result() }
            )
        }
        return (
            Double(count) / time, (ownProcessorTime() - before) / Double(count) * 1e6,
            redis.processor / Double(count)
        )
    }
}
