import RedisClient

extension JobQueue {
    /// Reads the queue at a glance. Three round trips, whatever the number of jobs.
    ///
    /// - Parameter heartbeat: How often workers say that they live; one not heard of for three of these is not counted.
    public func status(heartbeat: Duration) async throws(QueueError) -> QueueStatus {
        var status = QueueStatus(queue: name)
        let attempt = "read the status"
        let now = try await serverTime()
        status.now = now
        let hour = now.milliseconds / 3_600_000
        let oldestHeartbeat = now.milliseconds - 3 * heartbeat.wholeMilliseconds
        let heads =
            JobLimits.priority.map { RedisCommand("LINDEX", keys.pending($0), "0") }
            + [RedisCommand("LINDEX", keys.suspects, "0"), RedisCommand("LINDEX", keys.elsewhere, "0")]
        let replies = try await pipeline(
            [
                RedisCommand("HGETALL", keys.counts),
                RedisCommand("HMGET", keys.meta, "paused", "repaired_at", "schema"),
                RedisCommand("ZCOUNT", keys.workers, String(oldestHeartbeat), "+inf"),
                RedisCommand("XLEN", keys.rejected),
                RedisCommand("LLEN", keys.incoming),
                RedisCommand("LINDEX", keys.incoming, "-1"),
                RedisCommand("HGETALL", keys.history(hour: hour)),
                RedisCommand("HGETALL", keys.history(hour: hour - 1)),
            ] + heads,
            attempting: attempt
        )
        status.read(counts: replies[0].fields ?? [])
        let times = (replies[1].array ?? []).map { $0.int.map { Timestamp(milliseconds: $0) } }
        if times.count == 3 { (status.pausedSince, status.repairedAt) = (times[0], times[1]) }
        if let schema = replies[1].array?.last?.string, schema != QueueKeys.schema { status.unknownSchema = schema }
        status.workers = Int(replies[2].int ?? 0)
        status.rejected = Int(replies[3].int ?? 0)
        // The bell is no push. It is only rung into an empty list, so it can only be the oldest entry.
        let hasBell = replies[5].string == "!"
        status.incoming = Int(replies[4].int ?? 0) - (hasBell ? 1 : 0)
        status.read(history: replies[6].fields ?? [], ofHour: hour)
        status.read(history: replies[7].fields ?? [], ofHour: hour - 1)
        let oldest = try await jobs(replies.dropFirst(8).compactMap { $0.string.flatMap { try? JobID($0) } })
        let waiting = oldest.compactMap { job in job?.state == .pending ? job?.nextRunAt ?? job?.createdAt : nil }
        if let first = waiting.min() {
            status.oldestPendingAge = .milliseconds(max(0, now.milliseconds - first.milliseconds))
        }
        return status
    }

    /// The server's clock.
    public func serverTime() async throws(QueueError) -> Timestamp {
        let reply = try await pipeline([RedisCommand("TIME")], attempting: "read the server's time")[0]
        guard let parts = reply.array, parts.count == 2, let seconds = parts[0].int, let micros = parts[1].int else {
            throw unexpected(reply, attempting: "read the server's time")
        }
        return Timestamp(milliseconds: seconds * 1000 + micros / 1000)
    }
}
