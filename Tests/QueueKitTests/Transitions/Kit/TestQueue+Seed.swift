import RedisClient

extension TestQueue {
    /// Writes many jobs `j0`, `j1`, ... (or with another letter) of one state straight into Redis, due or finished a minute ago.
    /// `index` is the list or sorted set that they stand in.
    func seedJobs(
        _ count: Int,
        state: String,
        index: String,
        isList: Bool = false,
        named stem: String = "j"
    ) async throws {
        let due = try await queue.serverTime().milliseconds - 60_000
        for first in stride(from: 0, to: count, by: 5000) {
            let last = min(first + 5000, count) - 1
            try await send(
                "EVAL",
                """
                local prefix, first, last, state, index, due, stem = unpack(ARGV)
                for i = first, last do
                  local id = stem .. i
                  redis.call('HSET', prefix .. 'job:' .. id, 'state', state, 'command', 'true', 'priority', '5',
                    'finished_at', due, 'run', '1')
                  if index ~= '' then redis.call('ZADD', prefix .. index, due, id)
                  else redis.call('RPUSH', KEYS[1], id) end
                end
                redis.call('HINCRBY', prefix .. 'counts', state, last - first + 1)
                """,
                "1",
                keys.prefix + index,
                keys.prefix,
                String(first),
                String(last),
                state,
                isList ? "" : index,
                String(due),
                stem
            )
        }
    }
}

extension TestQueue {
    /// Writes entries `s0`, `s1`, ... that jobs have left behind in a list.
    func seedStale(_ count: Int, in list: String) async throws {
        let ids = (0..<count).map { "s\($0)" }
        var entries = RedisCommand("RPUSH", keys.prefix + list)
        var marks = RedisCommand("HSET", keys.prefix + "stale")
        for id in ids {
            entries.append(id)
            marks.append("\(list) \(id)")
            marks.append("1")
        }
        let counter = RedisCommand("HINCRBY", keys.counts, "stale:\(list)", String(count))
        for reply in try await redis.pipeline([entries, marks, counter]) {
            if let error = reply.error { throw error }
        }
    }
}
