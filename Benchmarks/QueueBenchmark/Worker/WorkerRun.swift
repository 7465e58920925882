import QueueWorker

/// What a worker needed for some jobs.
struct WorkerRun {
    let rate: Double
    /// Processor time per job in microseconds, of the worker's process. Not that of the jobs' processes.
    let workerCost: Double
    /// The same, of Redis.
    let redisCost: Double
    /// Scripts called per job.
    let calls: Double
    /// The longest time in which nothing was settled, in milliseconds.
    let longestPause: Double
}

extension BenchmarkServer {
    /// Lets a worker run jobs that are there when it comes: from the start of the first to the last one settled.
    func run(_ jobs: Int, slots: Int, executor: any JobExecutor) async throws -> WorkerRun {
        try await clear()
        try await queue.seed(jobs)
        try await settle()
        let watch = Stopwatch(count: jobs)
        let before = ownProcessorTime()
        var time = 0.0
        let redis = try await usage {
            time = try await BenchmarkWorker.with(
                self,
                slots: slots,
                executor: executor,
                onEvent: { event in
                    switch event {
                    case .started: watch.begin()
                    case .finished: watch.finish()
                    default: break
                    }
                },
                { await watch.result() }
            )
        }
        return WorkerRun(
            rate: Double(jobs) / time,
            workerCost: (ownProcessorTime() - before) / Double(jobs) * 1e6,
            redisCost: redis.processor / Double(jobs),
            calls: redis.calls / Double(jobs),
            longestPause: watch.longestPause * 1000
        )
    }
}
