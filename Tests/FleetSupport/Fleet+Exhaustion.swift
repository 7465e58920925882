import QueueKit

extension Fleet {
    /// Runs more jobs than a machine can start at once that is short of something. Throws unless all of them complete in
    /// the end, some were released before because of it, and none was blamed.
    package func expectExhaustion(of worker: WorkerProcess) async throws {
        let ids = try await enqueue(Array(repeating: "exec sleep 1", count: 40)) { _, document in
            document.maxRetries = 0
        }
        try await wait(for: 40, .completed, within: .seconds(120))
        var reasons: Set<String> = []
        for job in try await jobs(ids) {
            guard job.failures == 0, job.crashCount == 0 else { throw Unexpected("job \(job.id) was blamed") }
            for attempt in try await queue.attempts(of: job.id) where attempt.outcome != "completed" {
                reasons.insert("\(attempt.outcome ?? "nothing"), \(attempt.reason ?? "no reason")")
            }
        }
        guard reasons == ["released, exhausted"] else { throw Unexpected("runs ended with \(reasons)") }
        guard worker.process.isRunning else { throw Unexpected("the worker has ended") }
    }
}
