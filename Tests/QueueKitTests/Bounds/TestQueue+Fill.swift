import RedisClient

@testable import QueueKit

extension TestQueue {
    /// Writes so many jobs each that are pending (`p0`, `p1`, ...), scheduled and due (`s0`, ...), dead (`d0`, ...) and
    /// completed (`c0`, ...), with hashes as the transitions write them, and index and counts exact. A million of each
    /// takes half a minute.
    func fill(_ count: Int) async throws {
        let now = try await queue.serverTime().milliseconds
        try await fill(count, "p", .pending, in: "pending:5", created: now - 60_000)
        try await fill(count, "s", .scheduled, in: "scheduled", created: now - 60_000)
        try await fill(count, "d", .dead, in: "dlq", created: now - 3_600_000)
        try await fill(count, "c", .completed, in: "completed", created: now - 60_000)
    }

    private func fill(_ count: Int, _ stem: String, _ state: JobState, in index: String, created: Int64) async throws {
        let slice = 1000
        for first in stride(from: 0, to: count, by: 20 * slice) {
            let commands = stride(from: first, to: min(first + 20 * slice, count), by: slice).map { at in
                RedisCommand(
                    "EVAL",
                    Self.slice,
                    "2",
                    keys.named(index),
                    keys.counts,
                    keys.prefix,
                    String(at),
                    String(min(at + slice, count) - 1),
                    state.rawValue,
                    stem,
                    String(created)
                )
            }
            for reply in try await redis.pipeline(commands, timeout: .seconds(120)) {
                if let error = reply.error { throw error }
            }
        }
    }

    /// Jobs of one state from one number to another. Those that have run have a record of it, too, unless they completed at
    /// once.
    private static let slice = """
        local prefix, first, last, state, stem, created = unpack(ARGV)
        local is_list, entries = state == 'pending' or state == 'dead', {}
        for i = first, last do
          local id = stem .. i
          local key = prefix .. 'job:' .. id
          redis.call('HSET', key, 'state', state, 'command', 'convert ' .. i .. '.png ' .. i .. '.jpg', 'priority', '5',
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
