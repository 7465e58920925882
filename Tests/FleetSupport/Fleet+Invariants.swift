import QueueKit
import RedisClient

extension Fleet {
    /// Throws unless every job stands in the index of its state and in no other, and the counts agree: by what
    /// `queuectl doctor` runs.
    package func checkInvariants() async throws {
        let report = try await queue.check(configuration: configuration)
        guard report.isComplete else { throw Unexpected("the queue was not checked: \(report.findings)") }
        let broken = report.findings.filter(\.kind.breaksInvariant)
        guard broken.isEmpty else {
            throw Unexpected(broken.prefix(10).map { "\($0)" }.joined(separator: "\n"))
        }
    }

    /// Jobs in each state that has any, by the counters.
    package func counts() async throws -> [JobState: Int] {
        let reply = try await redis.send(RedisCommand("HGETALL", queue.keys.counts)).array ?? []
        var counts: [JobState: Int] = [:]
        for at in stride(from: 0, to: reply.count - 1, by: 2) {
            guard let state = reply[at].string.flatMap(JobState.init(rawValue:)) else { continue }
            if let number = reply[at + 1].string.flatMap({ Int($0) }), number != 0 { counts[state] = number }
        }
        return counts
    }
}
