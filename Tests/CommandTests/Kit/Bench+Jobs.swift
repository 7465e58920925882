import QueueKit
import RedisClient
import Synchronization
import TestSupport
import Testing

extension Bench {
    private static let worker = WorkerID(host: "web-1", pid: 4711, random: "a1b2c3")
    /// The number of the last claim made here, beyond those that tests choose.
    private static let lastRequest = Atomic<Int64>(1000)

    /// Adds jobs with these ids.
    func add(_ ids: String..., command: String = "echo hello", to queue: JobQueue? = nil) async throws {
        let queue = queue ?? self.queue
        let jobs = try ids.map { NewJob(JobDocument(id: try JobID($0), command: command)) }
        _ = try await queue.enqueue(jobs, configuration: try await directory.register([queue.name]))
    }

    /// Claims as a worker would. `request` must be new for each call.
    func claim(_ request: Int64, slots: Int = 1, from queue: JobQueue? = nil) async throws -> [ClaimedJob] {
        let request = ClaimRequest(
            worker: Self.worker,
            number: request,
            slots: slots,
            configuration: QueueConfiguration()
        )
        return try await (queue ?? self.queue).claim(request).jobs
    }

    /// Adds a job and takes it to a state.
    func add(_ id: String, in state: JobState, command: String = "echo hello", to queue: JobQueue? = nil) async throws {
        let queue = queue ?? self.queue
        if state == .scheduled {
            var document = JobDocument(id: try JobID(id), command: command)
            document.delay = .seconds(3600)
            _ = try await queue.enqueue([NewJob(document)], configuration: try await directory.register([queue.name]))
            return
        }
        try await add(id, command: command, to: queue)
        if state == .cancelled { _ = try await queue.cancel([JobID(id)]) }
        guard [.processing, .completed, .failed, .dead].contains(state) else { return }
        let request = Self.lastRequest.add(1, ordering: .relaxed).newValue
        let claimed = try #require(try await claim(request, from: queue).first)
        guard state != .processing else { return }
        try await settle(claimed, as: state, in: queue)
    }

    private func settle(_ claimed: ClaimedJob, as state: JobState, in queue: JobQueue) async throws {
        let output = NewLogEntry(number: 1, stream: .stdout, data: Array("line 1\nline 2\n".utf8))
        _ = try await queue.appendLog(of: claimed.job.id, token: claimed.token, run: claimed.job.run, [output])
        var settlement = Settlement(id: claimed.job.id, token: claimed.token, outcome: .completed)
        settlement.exitCode = 0
        settlement.usage = #"{"pid":4711,"duration_ms":40,"user_ms":20,"system_ms":5,"max_rss_bytes":13107200}"#
        if state != .completed {
            settlement.outcome = state == .dead ? .dead : .retry(after: .seconds(3600))
            settlement.exitCode = 3
            settlement.reason = "exit"
            settlement.error = "exited with code 3"
        }
        let results = try await queue.settle([settlement], configuration: QueueConfiguration())
        #expect(results == [.settled(state)])
    }

    /// Runs a line in a shell, beside a worker that ends with it.
    func besideWorker(_ line: String) async throws -> Outcome {
        try await shell(
            """
            : >worker.log
            queuectl worker start --count 2 --log-format json >worker.log 2>&1 & worker=$!
            while ! grep -q ready worker.log; do sleep 0.05; done
            \(line)
            status=$?
            kill $worker 2>/dev/null; wait $worker
            exit $status
            """
        )
    }

    /// Waits until somebody watches a job.
    func isListening(to id: String) async throws {
        let channel = try queue.keys.jobEvents(JobID(id))
        try await waitUntil("somebody listens to \(id)", within: .seconds(30)) {
            try await redis.send(RedisCommand("PUBSUB", "NUMSUB", channel)).array?.last?.int == 1
        }
    }

    /// Ends a run as a worker would.
    func end(
        _ claimed: ClaimedJob,
        _ outcome: Settlement.Outcome,
        _ change: (inout Settlement) -> Void = { _ in }
    ) async throws {
        var settlement = Settlement(id: claimed.job.id, token: claimed.token, outcome: outcome)
        change(&settlement)
        _ = try await directory.queue(claimed.job.queue).settle([settlement], configuration: QueueConfiguration())
    }
}
