import RedisClient

extension JobQueue {
    /// Reads up to `limit` jobs in one state. Costs what it returns, not what waits; entries left behind by jobs that
    /// have moved on are skipped.
    ///
    /// In the order of interest: pending as they will run, scheduled and failed by due time or failure, processing
    /// by lease deadline, dead, completed and cancelled with the latest first.
    public func list(_ state: JobState, limit: Int) async throws(QueueError) -> [Job] {
        var found: [Job] = []
        for source in sources(of: state) {
            var offset = 0
            while found.count < limit {
                let window = min(max(limit - found.count, 20), 200)
                let reply = try await pipeline([source.page(offset, window)], attempting: "list \(state.rawValue) jobs")
                let entries = reply[0].array ?? []
                let ids = entries.compactMap { $0.string.flatMap { try? JobID($0) } }
                let page = source.isReversed ? ids.reversed() : ids
                for job in try await jobs(page) {
                    if let job, job.state == state, source.holds(job), found.count < limit { found.append(job) }
                }
                offset += window
                if entries.count < window { break }
            }
        }
        return found
    }

    /// Reads up to `limit` jobs of all states, what is being run first and what is over last.
    public func list(limit: Int) async throws(QueueError) -> [Job] {
        var found: [Job] = []
        for state in [JobState.processing, .pending, .failed, .scheduled, .dead, .cancelled, .completed]
        where found.count < limit {
            found += try await list(state, limit: limit - found.count)
        }
        return found
    }

    /// One index that jobs of a state stand in.
    private struct Source {
        let command: String
        let key: String
        /// Whether a page comes with its last element first in mind.
        var isReversed = false
        var holds: @Sendable (Job) -> Bool = { _ in true }

        func page(_ offset: Int, _ count: Int) -> RedisCommand {
            isReversed
                ? RedisCommand(command, key, String(-offset - count), String(-offset - 1))
                : RedisCommand(command, key, String(offset), String(offset + count - 1))
        }
    }

    private func sources(of state: JobState) -> [Source] {
        switch state {
        case .pending:
            let suspects = Source(command: "LRANGE", key: keys.suspects) { $0.crashCount > 0 }
            let elsewhere = Source(command: "LRANGE", key: keys.elsewhere) {
                $0.crashCount == 0 && !$0.failedHosts.isEmpty
            }
            return [suspects, elsewhere]
                + JobLimits.priority.reversed().map { priority in
                    Source(command: "LRANGE", key: keys.pending(priority)) {
                        $0.priority == priority && $0.crashCount == 0 && $0.failedHosts.isEmpty
                    }
                }
        case .scheduled: return [Source(command: "ZRANGE", key: keys.scheduled)]
        case .failed: return [Source(command: "ZRANGE", key: keys.failed)]
        case .processing: return [Source(command: "ZRANGE", key: keys.processing)]
        case .dead: return [Source(command: "LRANGE", key: keys.dlq, isReversed: true)]
        case .completed: return [Source(command: "ZREVRANGE", key: keys.completed)]
        case .cancelled: return [Source(command: "ZREVRANGE", key: keys.cancelled)]
        }
    }
}
