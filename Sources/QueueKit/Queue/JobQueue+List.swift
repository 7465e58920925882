import RedisClient

extension JobQueue {
    /// Reads up to `limit` jobs in one state. Costs what it returns, not what waits; entries left behind by jobs that
    /// have moved on are skipped.
    ///
    /// In the order of interest: pending as they will run, scheduled and failed by due time or failure, processing
    /// by lease deadline, dead, completed and cancelled with the latest first.
    ///
    /// - Parameter filter: Which jobs are wanted. The server looks through all of that state then, 200 at a time, until
    ///   `limit` are found: a million take about 5,000 short calls.
    public func list(
        _ state: JobState,
        limit: Int,
        matching filter: JobFilter = JobFilter()
    ) async throws(QueueError) -> [Job] {
        var found: [Job] = []
        for source in sources(of: state) {
            var offset = 0
            while found.count < limit {
                let page =
                    try await filter.isEmpty
                    ? page(of: source, state, at: offset, limit - found.count)
                    : matches(in: source, state, at: offset, filter)
                for job in try await jobs(page.ids) {
                    if let job, job.state == state, source.holds(job), found.count < limit { found.append(job) }
                }
                offset += page.entries
                if page.isLast { break }
            }
        }
        return found
    }

    /// Reads up to `limit` jobs of all states, what is being run first and what is over last.
    public func list(limit: Int, matching filter: JobFilter = JobFilter()) async throws(QueueError) -> [Job] {
        var found: [Job] = []
        for state in [JobState.processing, .pending, .failed, .scheduled, .dead, .cancelled, .completed]
        where found.count < limit {
            found += try await list(state, limit: limit - found.count, matching: filter)
        }
        return found
    }

    /// Some entries in a row.
    private struct Page {
        var ids: [JobID]
        /// How many entries were looked at.
        var entries: Int
        /// Whether there are no more behind it.
        var isLast: Bool
    }

    private func page(
        of source: Source,
        _ state: JobState,
        at offset: Int,
        _ wanted: Int
    ) async throws(QueueError) -> Page {
        let window = min(max(wanted, 20), Self.batchLimit)
        let range = source.range(offset, window)
        let command = RedisCommand(source.command, keys.named(source.index), range[0], range[1])
        let reply = try await pipeline([command], attempting: "list \(state.rawValue) jobs")
        let entries = reply[0].array ?? []
        let ids = entries.compactMap { $0.string.flatMap { try? JobID($0) } }
        return Page(ids: source.isReversed ? ids.reversed() : ids, entries: window, isLast: entries.count < window)
    }

    private func matches(
        in source: Source,
        _ state: JobState,
        at offset: Int,
        _ filter: JobFilter
    ) async throws(QueueError) -> Page {
        let attempt = "look for \(state.rawValue) jobs"
        var arguments = RedisArguments([state.rawValue, source.command, source.index])
        for bound in source.range(offset, Self.batchLimit) { arguments.append(bound) }
        arguments.append(source.isReversed ? 1 : 0)
        for tag in filter.tags { arguments.append(contentsOf: RedisArguments(["tag", tag, ""])) }
        for value in filter.meta { arguments.append(contentsOf: RedisArguments(["meta", value.path, value.text])) }
        let reply = try await run(.find, arguments, attempting: attempt)
        guard let parts = reply.array, parts.count == 2, let looked = parts[0].int, let ids = parts[1].array else {
            throw unexpected(reply, attempting: attempt)
        }
        return Page(
            ids: ids.compactMap { $0.string.flatMap { try? JobID($0) } },
            entries: Int(looked),
            isLast: looked == 0
        )
    }

    /// One index that jobs of a state stand in.
    private struct Source {
        let command: String
        /// Its name behind the prefix of the queue's keys.
        let index: String
        /// Whether a page comes with its last element first in mind.
        var isReversed = false
        var holds: @Sendable (Job) -> Bool = { _ in true }

        /// The first and the last of the entries to read.
        func range(_ offset: Int, _ count: Int) -> [String] {
            (isReversed ? [-offset - count, -offset - 1] : [offset, offset + count - 1]).map { String($0) }
        }
    }

    private func sources(of state: JobState) -> [Source] {
        switch state {
        case .pending:
            let suspects = Source(command: "LRANGE", index: "suspects") { $0.isSuspect }
            let elsewhere = Source(command: "LRANGE", index: "elsewhere") {
                !$0.isSuspect && !$0.failedHosts.isEmpty
            }
            return [suspects, elsewhere]
                + JobLimits.priority.reversed().map { priority in
                    Source(command: "LRANGE", index: "pending:\(priority)") {
                        $0.priority == priority && !$0.isSuspect && $0.failedHosts.isEmpty
                    }
                }
        case .scheduled: return [Source(command: "ZRANGE", index: "scheduled")]
        case .failed: return [Source(command: "ZRANGE", index: "failed")]
        case .processing: return [Source(command: "ZRANGE", index: "processing")]
        case .dead: return [Source(command: "LRANGE", index: "dlq", isReversed: true)]
        case .completed: return [Source(command: "ZREVRANGE", index: "completed")]
        case .cancelled: return [Source(command: "ZREVRANGE", index: "cancelled")]
        }
    }
}
