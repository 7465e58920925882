import QueueScripts
import RedisClient

/// A piece of what a run has printed.
public struct LogEntry: Sendable, Hashable {
    /// Where it was printed.
    public enum Stream: String, Sendable, Hashable {
        /// Standard output.
        case stdout
        /// Standard error.
        case stderr
    }

    /// When Redis got it.
    public let time: Timestamp
    /// Where it was printed.
    public let stream: Stream
    /// The bytes as they were printed.
    public let data: [UInt8]
    /// How many bytes were left out before these.
    public let droppedBytes: Int

    /// Makes an entry.
    public init(time: Timestamp, stream: Stream, data: [UInt8], droppedBytes: Int = 0) {
        self.time = time
        self.stream = stream
        self.data = data
        self.droppedBytes = droppedBytes
    }
}

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

    /// Reads what a run has printed, in order.
    public func log(of id: JobID, run: Int) async throws(QueueError) -> [LogEntry] {
        let replies = try await pipeline(
            [RedisCommand("XRANGE", keys.log(id, run: run), "-", "+")],
            attempting: "read the output of job \(id)"
        )
        return LogEntry.entries(in: replies[0])
    }

    /// Adds output to the log of a run. Does nothing when the token is not the job's any more.
    ///
    /// Not repeated when the connection is lost: output may be missing then, but never doubled.
    /// - Throws: `QueueError`, code `refused` too when Redis is out of memory: logs are the first to give way.
    public func appendLog(
        of id: JobID,
        token: JobToken,
        run number: Int,
        _ entries: [LogEntry],
        entryLimit: Int = 10_000
    ) async throws(QueueError) {
        var arguments = RedisArguments()
        arguments.append(id.text)
        arguments.append(token.description)
        arguments.append(number)
        arguments.append(entryLimit)
        for entry in entries {
            if entry.droppedBytes > 0 {
                arguments.append("dropped_\(entry.stream.rawValue)")
                arguments.append(entry.droppedBytes)
            }
            arguments.append(entry.stream.rawValue)
            arguments.append(entry.data)
        }
        let script = RedisScript(name: QueueScript.appendLog.name, source: QueueScript.appendLog.source)
        do {
            _ = try await redis.run(script, keys: keys.fixed, arguments: arguments)
        } catch {
            throw QueueError(error, attempted: "keep the output of job \(id)", queue: name)
        }
    }
}

extension LogEntry {
    /// Reads stream entries; what stands there as dropped is told by the entry behind it.
    static func entries(in reply: RESPValue) -> [LogEntry] {
        var entries: [LogEntry] = []
        var dropped: [Stream: Int] = [:]
        for item in reply.array ?? [] {
            guard let parts = item.array, parts.count == 2, let stamp = parts[0].string,
                let fields = parts[1].fields, let kind = fields.first(where: { $0.0 == "stream" })?.1,
                let data = fields.first(where: { $0.0 == "data" })?.1
            else { continue }
            let word = String(decoding: kind, as: UTF8.self)
            if let stream = Stream(rawValue: word) {
                let time = Timestamp(milliseconds: Int64(stamp.prefix { $0 != "-" }) ?? 0)
                let missing = dropped.removeValue(forKey: stream) ?? 0
                entries.append(LogEntry(time: time, stream: stream, data: data, droppedBytes: missing))
            } else if word.hasPrefix("dropped_"), let stream = Stream(rawValue: String(word.dropFirst(8))) {
                dropped[stream, default: 0] += Int(String(decoding: data, as: UTF8.self)) ?? 0
            }
        }
        return entries
    }
}
