import RedisClient

/// Fills a queue with so many jobs that no test could enqueue them: straight into Redis, in slices, with hashes as the
/// transitions write them, and index and counts exact.
public struct QueueFill: Sendable {
    private let redis: RedisConnection
    private let prefix: String

    /// - Parameter prefix: What the keys of the queue begin with.
    public init(_ redis: RedisConnection, prefix: String) {
        self.redis = redis
        self.prefix = prefix
    }

    /// Jobs that wait: `p0`, `p1`, ...
    public func pending(_ count: Int) async throws {
        try await fill(count, "p", "pending", in: "pending:5", at: -60_000)
    }

    /// Jobs that wait for a time: `s0`, `s1`, ... or with another stem. The first is due so many milliseconds from now, the last
    /// `spread` later.
    public func scheduled(
        _ count: Int,
        in wait: Int64 = -60_000,
        spread: Int64 = 0,
        named stem: String = "s"
    ) async throws {
        try await fill(count, stem, "scheduled", in: "scheduled", at: wait, spread: spread)
    }

    /// Jobs that died an hour ago: `d0`, `d1`, ...
    public func dead(_ count: Int) async throws {
        try await fill(count, "d", "dead", in: "dlq", at: -3_600_000)
    }

    /// Jobs that have completed: `c0`, `c1`, ...
    public func completed(_ count: Int) async throws {
        try await fill(count, "c", "completed", in: "completed", at: -60_000)
    }

    private func fill(
        _ count: Int,
        _ stem: String,
        _ state: String,
        in index: String,
        at wait: Int64,
        spread: Int64 = 0
    ) async throws {
        let time = try await redis.send(RedisCommand("TIME")).array?.first?.int ?? 0
        let first = time * 1000 + wait
        let slice = 1000
        for start in stride(from: 0, to: count, by: 20 * slice) {
            let commands = stride(from: start, to: min(start + 20 * slice, count), by: slice).map { at in
                RedisCommand(
                    "EVAL",
                    Self.slice,
                    "2",
                    prefix + index,
                    prefix + "counts",
                    prefix,
                    String(at),
                    String(min(at + slice, count) - 1),
                    state,
                    stem,
                    String(first),
                    String(spread),
                    String(count)
                )
            }
            for reply in try await redis.pipeline(commands, timeout: .seconds(120)) {
                if let error = reply.error { throw error }
            }
        }
    }

    /// Jobs of one state from one number to another, in this order of time. Those that are dead have a record of their run; of those that
    /// completed at once it stands in the hash.
    private static let slice = """
        local prefix, first, last, state, stem, from, spread, count = unpack(ARGV)
        local is_list, entries = state == 'pending' or state == 'dead', {}
        for i = first, last do
          local id = stem .. i
          local created = string.format('%.0f', from + math.floor(spread * i / count))
          local key = prefix .. 'job:' .. id
          redis.call('HSET', key, 'state', state, 'command', 'true', 'priority', '5',
            'max_retries', '3', 'created_at', created)
          if state == 'scheduled' then redis.call('HSET', key, 'next_run_at', created) end
          if state == 'dead' or state == 'completed' then
            redis.call('HSET', key, 'run', '1', 'started_at', created, 'finished_at', created, 'waited_ms', '3',
              'exit_code', state == 'dead' and '1' or '0', 'token', 'host-1-abc.' .. i)
          end
          if state == 'dead' then
            redis.call('HSET', key, 'failures', '1', 'reason', 'exit', 'error', 'exited with code 1')
            redis.call('RPUSH', prefix .. 'attempts:' .. id, '{"run":1,"outcome":"dead","exit_code":1,"reason":"exit"}')
          end
          if not is_list then entries[#entries + 1] = created end
          entries[#entries + 1] = id
        end
        redis.call(is_list and 'RPUSH' or 'ZADD', KEYS[1], unpack(entries))
        redis.call('HINCRBY', KEYS[2], state, last - first + 1)
        """
}
