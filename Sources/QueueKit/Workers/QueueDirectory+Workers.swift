import RedisClient

/// What a worker learns with its heartbeat.
public struct HeartbeatAnswer: Sendable {
    /// Whether somebody wants it to stop.
    public let isAskedToStop: Bool
    /// The configuration that all hosts share; nil if Redis did not say.
    public let configuration: QueueConfiguration?
}

extension QueueDirectory {
    /// The commands by which a worker says that it lives and learns what is wanted of it. Always the whole
    /// registration, so that it is never half there, whatever was flushed meanwhile.
    public func heartbeat(_ worker: WorkerRegistration, lifetime: Duration) -> [RedisCommand] {
        let key = keys.worker(worker.id)
        var set = RedisCommand("HSET", key)
        for (name, value) in worker.fields {
            set.append(name)
            set.append(value)
        }
        var register = RedisCommand("SADD", keys.queues)
        for queue in worker.queues { register.append(queue.text) }
        return [
            register, set, RedisCommand("PEXPIRE", key, String(lifetime.wholeMilliseconds)),
            RedisCommand("GET", keys.workerStop(worker.id)), RedisCommand("HGETALL", keys.config),
        ]
    }

    /// Reads the answers to `heartbeat`.
    public func heartbeatAnswer(in replies: [RESPValue]) -> HeartbeatAnswer {
        guard replies.count == 5 else { return HeartbeatAnswer(isAskedToStop: false, configuration: nil) }
        let isAsked = !replies[3].isNull && replies[3].error == nil
        let settings = replies[4].error == nil ? QueueConfiguration(stored: Self.texts(replies[4])) : nil
        return HeartbeatAnswer(isAskedToStop: isAsked, configuration: settings)
    }

    /// Takes a worker out of the registry, and tells those who wait for it.
    public func deregister(_ worker: WorkerRegistration) async throws(QueueError) {
        let leave = worker.queues.map { RedisCommand("ZREM", queue($0).keys.workers, worker.id.description) }
        _ = try await redis.readings(
            leave + [
                // One by one: in a cluster they are on different nodes.
                RedisCommand("DEL", keys.worker(worker.id)), RedisCommand("DEL", keys.workerStop(worker.id)),
                RedisCommand("PUBLISH", keys.workerEvents, "stopped \(worker.id)"),
            ],
            attempting: "take worker \(worker.id) off the list"
        )
    }

    /// Reads the workers of all registered queues, sorted by id, with what each runs now. Four round trips at the most.
    public func workers() async throws(QueueError) -> [WorkerRegistration] {
        let names = try await queues()
        guard !names.isEmpty else { return [] }
        let sets = try await redis.readings(
            names.map { RedisCommand("ZRANGE", queue($0).keys.workers, "0", "-1") },
            attempting: "list the workers"
        )
        let ids = Set(sets.flatMap { $0.array ?? [] }.compactMap { $0.string.flatMap(WorkerID.init) })
            .sorted { $0.description < $1.description }
        guard !ids.isEmpty else { return [] }
        let hashes = try await redis.readings(
            ids.map { RedisCommand("HGETALL", keys.worker($0)) },
            attempting: "list the workers"
        )
        let busy = try await runningJobs(in: names)
        return zip(ids, hashes).compactMap { id, hash in
            var worker = WorkerRegistration(id: id, fields: hash.fields ?? [])
            worker?.busy = busy[id] ?? 0
            return worker
        }
    }

    /// Counts the jobs being run, by worker. Costs what runs, not what waits.
    private func runningJobs(in names: [QueueName]) async throws(QueueError) -> [WorkerID: Int] {
        let attempt = "count the running jobs"
        let sets = try await redis.readings(
            names.map { RedisCommand("ZRANGE", queue($0).keys.processing, "0", "-1") },
            attempting: attempt
        )
        let jobs = zip(names, sets).flatMap { name, set in
            (set.array ?? []).compactMap { $0.string.flatMap { try? JobID($0) } }.map { queue(name).keys.job($0) }
        }
        guard !jobs.isEmpty else { return [:] }
        let tokens = try await redis.readings(jobs.map { RedisCommand("HGET", $0, "token") }, attempting: attempt)
        return tokens.reduce(into: [:]) { counts, token in
            if let worker = token.string.flatMap(JobToken.init)?.worker { counts[worker, default: 0] += 1 }
        }
    }

    /// Asks workers to stop gracefully. The wish is stored, so that one which misses the message finds it at its next
    /// heartbeat. One round trip. Ids of workers that are gone are left out of the result.
    public func requestStop(_ ids: [WorkerID]) async throws(QueueError) -> [WorkerID] {
        guard !ids.isEmpty else { return [] }
        let known = try await redis.readings(
            ids.map { RedisCommand("EXISTS", keys.worker($0)) },
            attempting: "ask workers to stop"
        )
        let alive = zip(ids, known).filter { $0.1.int == 1 }.map(\.0)
        _ = try await redis.readings(
            alive.flatMap {
                [
                    RedisCommand("SET", keys.workerStop($0), "1", "EX", "3600"),
                    RedisCommand("PUBLISH", keys.control($0), "stop"),
                ]
            },
            attempting: "ask workers to stop"
        )
        return alive
    }

    /// The channel on which a worker is told things: `stop`; `cancel`, `pause` or `resume` with `<queue> <id>`; or
    /// `signal <queue> <id> <token> <number>`.
    public func controlChannel(of worker: WorkerID) -> String { keys.control(worker) }

    /// The channel on which workers say that they are gone: `stopped <worker id>`.
    public var workerEvents: String { keys.workerEvents }
}
