import QueueKit
import RedisClient

extension KeptQueue {
    /// Fills an empty queue with a job in every state and in every list, and whatever else a release keeps.
    ///
    /// - Returns: The ids of all jobs.
    public static func fill(_ queue: JobQueue, redis: RedisConnection) async throws -> Set<String> {
        let configuration = QueueConfiguration()
        let maker = Maker(queue: queue, redis: redis, configuration: configuration)
        try await maker.ended()
        try await maker.suspect()
        try await maker.running()
        try await maker.waitingForAnotherRun()
        try await maker.pending()
        try await maker.pushes()
        return [
            "completed", "with-result", "after-retry", "dead", "cancelled", "failed", "elsewhere", "suspect", "running",
            "to-be-cancelled", "paused", "pending", "urgent", "full", "scheduled",
        ]
    }
}

private final class Maker {
    let queue: JobQueue
    let redis: RedisConnection
    let configuration: QueueConfiguration
    private let worker = WorkerID(host: "web-1", pid: 4711, random: "a1b2c3")
    private let lost = WorkerID(host: "web-2", pid: 4712, random: "d4e5f6")
    private var number: Int64 = 0

    init(queue: JobQueue, redis: RedisConnection, configuration: QueueConfiguration) {
        self.queue = queue
        self.redis = redis
        self.configuration = configuration
    }

    /// Enqueues a job, claims it, and settles the run that this is.
    private func run(
        _ id: String,
        isNew: Bool = true,
        _ outcome: Settlement.Outcome?,
        by other: WorkerID? = nil,
        _ describe: (inout JobDocument) -> Void = { _ in },
        settling change: (inout Settlement) -> Void = { _ in }
    ) async throws {
        if isNew {
            var document = JobDocument(id: try JobID(id), command: "true")
            describe(&document)
            _ = try await queue.enqueue([NewJob(document)], configuration: configuration)
        }
        number += 1
        let claim = try await queue.claim(
            ClaimRequest(worker: other ?? worker, number: number, slots: 1, configuration: configuration)
        )
        let token = JobToken(worker: other ?? worker, request: number)
        let entries = [
            NewLogEntry(number: 1, stream: .stdout, data: Array("line\n".utf8)),
            NewLogEntry(number: 2, stream: .stderr, offset: 10, data: [0, 255, 10]),
        ]
        let job = try JobID(id)
        _ = try await queue.appendLog(of: job, token: token, run: claim.jobs.first?.job.run ?? 1, entries)
        guard let outcome else { return }
        var settlement = Settlement(id: job, token: token, outcome: outcome)
        settlement.usage = #"{"pid":4711,"duration_ms":40,"user_ms":20,"system_ms":5,"max_rss_bytes":13107200}"#
        if outcome != .completed {
            (settlement.exitCode, settlement.reason, settlement.error) = (3, "exit", "exited with code 3")
        } else {
            settlement.exitCode = 0
        }
        change(&settlement)
        _ = try await queue.settle([settlement], configuration: configuration)
    }

    func ended() async throws {
        try await run("completed", .completed)
        try await run(
            "with-result",
            .completed,
            settling: { settlement in
                (settlement.result, settlement.progress, settlement.progressText) = (#"{"pages":3}"#, 100, "done")
            }
        )
        try await run("after-retry", .retry(after: .seconds(600)))
        try await makeDue("after-retry")
        try await run("after-retry", isNew: false, .completed)
        try await run("dead", .dead)
        try await run("cancelled", .cancelled, settling: { $0.signal = 15 })
    }

    func waitingForAnotherRun() async throws {
        try await run("failed", .retry(after: .seconds(600)))
        try await run("elsewhere", .retry(after: .seconds(600))) { $0.retryOnOtherHost = true }
        try await makeDue("elsewhere")
        try await keepHouse()
        try await send("RPUSH", "suspects", "suspect")
    }

    func suspect() async throws {
        try await run("suspect", nil, by: lost)
        try await send("HSET", "job:suspect", "crash_count", "1")
        try await send("ZADD", "processing", "1", "suspect")
        let past = String(try await queue.serverTime().milliseconds - 5000)
        try await send("HSET", "meta", "reaped_at", past)
        try await keepHouse()
        // The next claims must not take it; it is put back behind them.
        try await send("LPOP", "suspects")
    }

    func running() async throws {
        for id in ["running", "to-be-cancelled", "paused"] { try await run(id, nil, by: lost) }
        _ = try await queue.cancel([JobID("to-be-cancelled")])
        _ = try await queue.pause([JobID("paused")])
        if let token = try await queue.job(JobID("running"))?.token {
            _ = try await queue.report([
                ProgressReport(id: JobID("running"), token: token, progress: 40, text: "so far")
            ])
        }
    }

    func pending() async throws {
        for (id, priority, delay) in [
            ("pending", 5, nil), ("urgent", 10, nil), ("scheduled", 5, Duration.seconds(600)),
        ] {
            var document = JobDocument(id: try JobID(id), command: "true")
            (document.priority, document.delay) = (priority, delay)
            _ = try await queue.enqueue([NewJob(document)], configuration: configuration)
        }
        let full = #"""
            {"v":1,"id":"full","argv":["true"],"priority":3,"max_retries":7,"backoff_base":3,"backoff_cap":"10m","timeout":"1m",
            "grace":"5s","success_codes":[0,3],"fatal_codes":[4],"snooze_codes":{"75":"1m"},"retry_on_other_host":true,
            "memory":"1GiB","cpu_seconds":60,"nice":5,"open_files":256,"env":{"A":"1","B":"\u00e4"},"cwd":"/","stdin":"in",
            "tags":["a","b"],"meta":{"by":["hand",1]}}
            """#
        let document = try JobDocument(json: Array(full.utf8))
        _ = try await queue.enqueue([NewJob(document)], configuration: configuration)
    }

    /// Pushes in each stage of their way: judged, handed out, not yet looked at; and one that was set aside.
    func pushes() async throws {
        try await send("LPUSH", "incoming", "malformed [")
        let claim = try await keepHouse()
        let verdicts = claim.intake.map { (number: $0.number, verdict: $0.verdict(queue: queue)) }
        _ = try await queue.ingest(verdicts, configuration: configuration)
        try await send("LPUSH", "incoming", #"{"id":"handed-out","command":"true"}"#)
        try await keepHouse()
        try await send("HSET", "job:prepared", "command", "true", "priority", "9")
        try await send("LPUSH", "incoming", "prepared")
        try await send("LPUSH", "inbox", #"{"id":"landed","command":"true"}"#)
    }

    @discardableResult
    private func keepHouse() async throws -> Claim {
        try await queue.claim(ClaimRequest(worker: worker, number: 0, slots: 0, configuration: configuration))
    }

    private func makeDue(_ id: String) async throws {
        let now = String(try await queue.serverTime().milliseconds)
        try await send("ZADD", "scheduled", now, id)
    }

    private func send(_ name: String, _ key: String, _ words: String...) async throws {
        var command = RedisCommand(name, queue.keys.prefix + key)
        for word in words { command.append(word) }
        if let error = try await redis.send(command).error { throw error }
    }
}
