import RedisClient

extension JobQueue {
    /// Reads a job; nil if there is none. A prepared hash that has not been pushed yet is no job.
    public func job(_ id: JobID) async throws(QueueError) -> Job? {
        try await jobs([id]).first ?? nil
    }

    /// Reads jobs, in one round trip, each nil if there is none.
    public func jobs(_ ids: [JobID]) async throws(QueueError) -> [Job?] {
        let replies = try await pipeline(
            ids.map { RedisCommand("HGETALL", keys.job($0)) },
            attempting: ids.count == 1 ? "read job \(ids[0])" : "read \(ids.count) jobs"
        )
        return zip(ids, replies).map { id, reply in
            guard let fields = reply.fields, fields.contains(where: { $0.0 == "state" }) else { return nil }
            return Job(id: id, queue: name, fields: fields)
        }
    }

    /// Reads the records of past attempts, the newest first. The only attempt of a job that completed at once
    /// stands in the job itself.
    public func attempts(of id: JobID) async throws(QueueError) -> [AttemptRecord] {
        let replies = try await pipeline(
            [RedisCommand("LRANGE", keys.attempts(id), "0", "-1")],
            attempting: "read the attempts of job \(id)"
        )
        return replies[0].array?.compactMap { $0.bytes.flatMap(AttemptRecord.init(json:)) } ?? []
    }
}
