import QueueScripts
import RedisClient

/// What a worker asks for.
public struct ClaimRequest: Sendable {
    /// Who asks.
    public var worker: WorkerID
    /// The number of this request, new for each of this worker. The same number again gives the same jobs.
    public var number: Int64
    /// Free slots, 0...100; 0 only keeps house: takes pushes in, promotes, recovers, and passes a bell on.
    public var slots: Int
    /// Whether a suspect may be among them (``Job/isSuspect``); a worker runs one of these at a time.
    public var maySuspect: Bool
    /// Whether it takes pushes in too, up to `JobQueue.batchLimit` and `JobQueue.intakeBytes`.
    public var takesIn: Bool
    /// Lease, heartbeat and caps in force.
    public var configuration: QueueConfiguration

    /// Makes a request.
    public init(
        worker: WorkerID,
        number: Int64,
        slots: Int,
        maySuspect: Bool = true,
        takesIn: Bool = true,
        configuration: QueueConfiguration
    ) {
        self.worker = worker
        self.number = number
        self.slots = slots
        self.maySuspect = maySuspect
        self.takesIn = takesIn
        self.configuration = configuration
    }
}

/// A job that this worker holds until its lease ends.
public struct ClaimedJob: Sendable {
    /// The job as it is after the claim.
    public let job: Job
    /// What proves the lease: each settle and renew carries it.
    public let token: JobToken
    /// When it was handed out, by Redis' clock: as the answer to the claim says, and not the job's hash, which others can write.
    public let claimedAt: Timestamp
}

/// What a claim gave.
public struct Claim: Sendable {
    /// The server's time.
    public let now: Timestamp
    /// When the next job will be due, if one waits.
    public let nextDue: Timestamp?
    /// Whether the queue is paused: then no jobs were handed out.
    public let isPaused: Bool
    /// Pushes for the caller to judge and ingest, within 5 seconds: then another worker gets them too.
    public let intake: [IntakeItem]
    /// The jobs, at most as many as asked for.
    public let jobs: [ClaimedJob]
    /// Jobs taken back from workers that are gone.
    public let recovered: [JobID]
    /// What is wrong with a list of this queue, if something is.
    public let trouble: String?
    /// Jobs whose documents nobody has read yet: for the caller to read and ``JobQueue/admit(_:configuration:)``. They wait where
    /// they are, and are given to be read again until somebody has.
    public let unread: [UnreadJob]

    /// Whether all there was has been looked at: a claim is bounded, and may stop with pushes or due jobs left.
    public var isExhaustive: Bool { intake.isEmpty && unread.isEmpty && (nextDue.map { $0 > now } ?? true) }
    /// Whether it stopped taking in with pushes left, probably.
    public var leavesPushes: Bool {
        intake.count >= JobQueue.batchLimit || intake.reduce(0) { $0 + $1.byteCount } >= JobQueue.intakeBytes
    }
}

extension JobQueue {
    /// The command that blocks until somebody pushes or rings, or for so long. What it moves lands in the inbox,
    /// where the next claim finds it. For a connection that nobody else needs meanwhile.
    public func awaitWork(atMost duration: Duration) -> RedisCommand {
        let milliseconds = max(1, duration.wholeMilliseconds)
        let fraction = String(milliseconds % 1000 + 1000).dropFirst()
        return RedisCommand("BLMOVE", keys.incoming, keys.inbox, "RIGHT", "LEFT", "\(milliseconds / 1000).\(fraction)")
    }

    /// Hands out up to `request.slots` jobs and keeps house. One round trip.
    ///
    /// - Throws: `QueueError`; jobs that may have been handed out in spite of it are given again by the same request
    ///   number, and otherwise run elsewhere when the lease ends.
    public func claim(_ request: ClaimRequest) async throws(QueueError) -> Claim {
        var arguments = RedisArguments()
        arguments.append(request)
        let reply = try await run(.claim, arguments, attempting: "claim jobs")
        guard let claim = Claim(reply: reply, queue: name) else { throw unexpected(reply, attempting: "claim jobs") }
        return claim
    }
}

extension RedisArguments {
    mutating func append(_ request: ClaimRequest, slotsAtMost limit: Int = JobQueue.batchLimit) {
        let configuration = request.configuration
        append(request.worker.description)
        append(request.number)
        append(min(max(request.slots, 0), limit))
        append(configuration.lease.wholeMilliseconds)
        append(configuration.heartbeat.wholeMilliseconds)
        append(configuration.maxCrashes)
        append(request.maySuspect ? 1 : 0)
        append(configuration.rejectedMax)
        append(configuration.retentionAge.wholeMilliseconds)
        append(configuration.retentionCount)
        append(configuration.dlqRetentionAge.map { String($0.wholeMilliseconds) } ?? "")
        append(configuration.dlqRetentionCount.map(String.init) ?? "")
        append(request.takesIn ? JobQueue.batchLimit : 0)
        append(JobQueue.intakeBytes)
    }
}

extension Claim {
    init?(reply: RESPValue, queue: QueueName) {
        guard let parts = reply.array, parts.count == 8, let time = parts[0].int, let next = parts[1].int,
            let intake = parts[3].array, let jobs = parts[4].array, let recovered = parts[5].array,
            let unread = parts[7].array
        else { return nil }
        let now = Timestamp(milliseconds: time)
        self.now = now
        self.nextDue = next < 0 ? nil : Timestamp(milliseconds: next)
        self.isPaused = parts[2].int == 1
        self.intake = intake.compactMap(IntakeItem.init(reply:))
        self.jobs = jobs.compactMap { ClaimedJob(reply: $0, queue: queue, at: now) }
        self.recovered = recovered.compactMap { $0.string.flatMap { try? JobID($0) } }
        self.unread = unread.compactMap(UnreadJob.init(reply:))
        self.trouble = parts[6].string.flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension ClaimedJob {
    init?(reply: RESPValue, queue: QueueName, at now: Timestamp) {
        guard let parts = reply.array, parts.count == 3, let text = parts[0].string, let id = try? JobID(text),
            let fields = parts[2].fields
        else { return nil }
        let job = Job(id: id, queue: queue, fields: fields)
        // It stands among the fields as well, where it has been read already.
        guard let token = job.token ?? parts[1].string.flatMap(JobToken.init) else { return nil }
        self.job = job
        self.token = token
        self.claimedAt = now
    }
}

extension RESPValue {
    /// A flat list of names and values, as HGETALL gives it.
    var fields: [(String, [UInt8])]? {
        guard let values = array, values.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: values.count, by: 2).compactMap { at in
            guard let name = values[at].string else { return nil }
            return (name, values[at + 1].bytes ?? Array((values[at + 1].string ?? "").utf8))
        }
    }
}
