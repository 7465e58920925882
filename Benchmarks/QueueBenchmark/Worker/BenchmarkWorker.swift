import QueueKit
import QueueWorker
import RedisClient

/// A worker that runs in this process.
struct BenchmarkWorker {
    /// Runs a worker that is ready while `body` runs, then stops it.
    static func with<Result>(
        _ server: BenchmarkServer,
        slots: Int,
        executor: any JobExecutor,
        onEvent: @escaping @Sendable (WorkerEvent) -> Void,
        _ body: () async throws -> Result
    ) async throws -> Result {
        let (readiness, signal) = AsyncStream<Void>.makeStream()
        let worker = Worker(WorkerOptions(slots: slots), redis: server.configuration, executor: executor) { event in
            if case .ready = event { signal.finish() }
            onEvent(event)
        }
        let run = Task { try await worker.run() }
        for await _ in readiness {}
        do {
            let result = try await body()
            worker.stop()
            try await run.value
            return result
        } catch {
            worker.stop(.now)
            try await run.value
            throw error
        }
    }
}
