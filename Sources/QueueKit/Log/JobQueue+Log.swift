import QueueScripts
import RedisClient

/// What became of output that was sent to the log of a run.
public enum AppendResult: String, Sendable {
    /// It stands there.
    case ok
    /// The run is not the job's any more, and nothing was written: further output has no place either.
    case stale
}

extension JobQueue {
    /// Of how many of the last runs of a job records and logs are kept: `KEPT_RUNS` in `common.lua`.
    public static let keptRuns = 20

    /// Reads what is kept of what a run has printed, in order. One round trip.
    public func log(of id: JobID, run: Int) async throws(QueueError) -> [LogEntry] {
        var reader = LogReader()
        return try await log(of: id, run: run, from: &reader)
    }

    /// Reads what has been added to a log since its reader looked last.
    func log(of id: JobID, run: Int, from reader: inout LogReader) async throws(QueueError) -> [LogEntry] {
        let first = "(\(reader.last)-0"
        let replies = try await pipeline(
            [RedisCommand("XRANGE", keys.log(id, run: run), first, "+")],
            attempting: "read the output of job \(id)"
        )
        return reader.read(replies[0])
    }

    /// Writes output to the log of a run, after taking older entries out of it.
    ///
    /// One round trip, which can be repeated: an entry whose number has been used already is not written again.
    /// - Parameter deleting: The numbers of entries that make room for these.
    /// - Throws: `QueueError`, code `refused` too when Redis is out of memory: logs are the first to give way.
    public func appendLog(
        of id: JobID,
        token: JobToken,
        run number: Int,
        _ entries: [NewLogEntry],
        deleting: [Int64] = []
    ) async throws(QueueError) -> AppendResult {
        var arguments = RedisArguments()
        arguments.reserveCapacity(bytes: entries.reduce(256 + 32 * deleting.count) { $0 + $1.data.count + 80 })
        arguments.append(id.text)
        arguments.append(token.description)
        arguments.append(number)
        arguments.append(deleting.count)
        for number in deleting { arguments.append(number) }
        for entry in entries {
            arguments.append(entry.number)
            arguments.append(entry.stream.rawValue)
            arguments.append(entry.offset)
            arguments.append(max(0, entry.age.wholeMilliseconds))
            arguments.append(entry.data)
        }
        let attempt = "keep the output of job \(id)"
        let reply = try await run(.appendLog, arguments, attempting: attempt)
        guard let result = reply.string.flatMap(AppendResult.init(rawValue:)) else {
            throw unexpected(reply, attempting: attempt)
        }
        return result
    }
}
