import RedisClient

/// Looks at the workers of some queues: whether they are heard of, whose clocks they go by, which releases they are.
public struct WorkerCheck {
    private let directory: QueueDirectory
    private let queues: [QueueName]
    private var report = CheckReport()

    /// A clock that is off by more than that is worth a warning. Nothing is decided by it but what people are shown.
    private static let tolerance: Int64 = 5000

    /// Prepares a check. No I/O.
    public init(_ directory: QueueDirectory, _ queues: [QueueName]) {
        self.directory = directory
        self.queues = queues
    }

    /// Looks at everything, and again at clocks that seem to be off.
    ///
    /// - Throws: `QueueError` when Redis cannot be asked. What the user may not read is not looked at.
    public mutating func run(_ configuration: QueueConfiguration) async throws(QueueError) -> CheckReport {
        do {
            try await checkAll(configuration.heartbeat)
        } catch  where error.code == .forbidden {
            // Told as a right that is missing.
        }
        return report
    }

    private mutating func checkAll(_ heartbeat: Duration) async throws(QueueError) {
        let now = try await directory.queue(.default).serverTime()
        let workers = try await directory.seen(in: queues)
        checkHeartbeats(workers, at: now, heartbeat)
        try await checkClocks(workers)
        checkReleases(workers)
    }

    private mutating func add(_ kind: FindingKind, _ object: String, _ problem: String, remedy: String) {
        report.findings.append(Finding(kind, object, problem, remedy: remedy))
    }

    private mutating func checkHeartbeats(_ workers: [SeenWorker], at now: Timestamp, _ heartbeat: Duration) {
        report.facts[.heartbeats] = workers.count == 1 ? "1 worker" : "\(workers.count) workers"
        for worker in workers {
            let silence = now.milliseconds - worker.beatAt.milliseconds
            let ago = RelativeTime.describe(worker.beatAt, from: now)
            if silence > 2 * heartbeat.wholeMilliseconds {
                let problem =
                    "worker \(worker.id) was last heard of \(ago); it should be every \(RelativeTime.brief(heartbeat))"
                let remedy = "See whether process \(worker.id.pid) on \(worker.id.host) is alive, and reaches Redis"
                add(.lateHeartbeat, worker.id.description, problem, remedy: remedy)
            } else if worker.registration == nil {
                let problem = "worker \(worker.id) renews leases, and has not said what it is"
                add(.unknownWorker, worker.id.description, problem, remedy: "It does so with its next heartbeat")
            }
        }
    }

    private mutating func checkClocks(_ workers: [SeenWorker]) async throws(QueueError) {
        var offsets = Self.offsets(workers)
        report.facts[.clocks] = Self.summary(offsets)
        // A heartbeat may have been half stored when it was read: then it seems to be off by as much.
        for _ in 0..<2 where offsets.values.contains(where: { $0.magnitude > Self.tolerance.magnitude }) {
            try? await Task.sleep(for: .milliseconds(300))
            let again = Self.offsets(try await directory.seen(in: queues))
            offsets.merge(again) { one, other in other.magnitude < one.magnitude ? other : one }
            report.facts[.clocks] = Self.summary(offsets)
        }
        for (id, offset) in offsets.sorted(by: { $0.key.description < $1.key.description })
        where offset.magnitude > Self.tolerance.magnitude {
            let amount = RelativeTime.brief(.milliseconds(Int64(offset.magnitude)))
            let problem = "the clock of worker \(id) is \(amount) \(offset > 0 ? "ahead of" : "behind") Redis' clock"
            let remedy = "Set the clock of \(id.host) (timedatectl, chrony). Jobs are not affected, times shown are"
            add(.clockOffset, id.description, problem, remedy: remedy)
        }
    }

    /// By how many ms the clock of each worker is ahead.
    private static func offsets(_ workers: [SeenWorker]) -> [WorkerID: Int64] {
        var offsets: [WorkerID: Int64] = [:]
        for worker in workers {
            guard let said = worker.registration?.seenAt else { continue }
            offsets[worker.id] = said.milliseconds - worker.beatAt.milliseconds
        }
        return offsets
    }

    private static func summary(_ offsets: [WorkerID: Int64]) -> String {
        guard let most = offsets.values.map(\.magnitude).max() else { return "none to compare" }
        return "at most \(RelativeTime.brief(.milliseconds(Int64(most)))) off"
    }

    private mutating func checkReleases(_ workers: [SeenWorker]) {
        let releases = Set(workers.compactMap { $0.registration?.version }).sorted()
        report.facts[.releases] = releases.isEmpty ? "none" : releases.joined(separator: ", ")
        guard releases.count > 1 else { return }
        let problem = "workers of several releases run: \(releases.joined(separator: ", "))"
        add(.mixedReleases, releases.joined(separator: " "), problem, remedy: "Restart the older ones when it suits")
    }
}

/// A worker as Redis and it itself tell of it.
struct SeenWorker: Sendable {
    let id: WorkerID
    /// Its last heartbeat, by Redis' clock.
    let beatAt: Timestamp
    /// What it says of itself, if it does.
    let registration: WorkerRegistration?
}

extension QueueDirectory {
    /// The workers of these queues, sorted by id. Two round trips.
    func seen(in queues: [QueueName]) async throws(QueueError) -> [SeenWorker] {
        let attempt = "look at the workers"
        let sets = try await redis.readings(
            queues.map { RedisCommand("ZRANGE", queue($0).keys.workers, "0", "-1", "WITHSCORES") },
            attempting: attempt
        )
        var beats: [WorkerID: Int64] = [:]
        for words in sets.compactMap(\.array) {
            for at in stride(from: 0, to: words.count - words.count % 2, by: 2) {
                guard let id = words[at].string.flatMap(WorkerID.init), let time = words[at + 1].int else { continue }
                beats[id] = max(beats[id] ?? 0, time)
            }
        }
        let ids = beats.keys.sorted { $0.description < $1.description }
        let hashes = try await redis.readings(
            ids.map { RedisCommand("HGETALL", keys.worker($0)) },
            attempting: attempt
        )
        return zip(ids, hashes).map { id, hash in
            SeenWorker(
                id: id,
                beatAt: Timestamp(milliseconds: beats[id] ?? 0),
                registration: WorkerRegistration(id: id, fields: hash.fields ?? [])
            )
        }
    }
}
