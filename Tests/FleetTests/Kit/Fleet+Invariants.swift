import QueueKit
import RedisClient
import Testing

extension Fleet {
    /// Fails the test unless every job stands in the index of its state and in no other, and the counts agree: by what
    /// `queuectl doctor` runs.
    func checkInvariants(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let report = try await queue.check(configuration: configuration)
        if !report.isComplete { Issue.record("not checked: \(report.findings)", sourceLocation: sourceLocation) }
        for finding in report.findings.filter(\.kind.breaksInvariant).prefix(10) {
            Issue.record("\(finding)", sourceLocation: sourceLocation)
        }
    }

    /// Jobs in each state that has any, by the counters.
    func counts() async throws -> [JobState: Int] {
        let reply = try await redis.send(RedisCommand("HGETALL", queue.keys.counts)).array ?? []
        var counts: [JobState: Int] = [:]
        for at in stride(from: 0, to: reply.count - 1, by: 2) {
            guard let state = reply[at].string.flatMap(JobState.init(rawValue:)) else { continue }
            if let number = reply[at + 1].string.flatMap({ Int($0) }), number != 0 { counts[state] = number }
        }
        return counts
    }
}
