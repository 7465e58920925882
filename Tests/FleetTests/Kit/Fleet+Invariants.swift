import QueueKit
import RedisClient
import Testing

extension Fleet {
    /// Fails the test unless every job stands in the index of its state and in no other, and the counts agree.
    func checkInvariants(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let prefix = queue.keys.prefix
        var places = try await indexes()
        var states: [String: Int] = [:]
        var problems: [String] = []
        let ids = try await keys(prefix + "job:*").map { String($0.dropFirst(prefix.count + 4)) }
        for id in ids {
            let fields = ["state", "priority", "crash_count", "failed_hosts"].map {
                RedisCommand("HGET", "\(prefix)job:\(id)", $0)
            }
            let job = try await redis.pipeline(fields).map(\.string)
            guard let state = job[0] else { continue }
            states[state, default: 0] += 1
            let isSuspect = (Int(job[2] ?? "") ?? 0) > 0
            let waiting = isSuspect ? "suspects" : job[3] == nil ? "pending:\(job[1] ?? "")" : "elsewhere"
            let expected = Self.places(state, waiting: waiting)
            let real = (places.removeValue(forKey: id) ?? []).sorted()
            if real != expected { problems.append("\(id) is \(state), stands in \(real), not in \(expected)") }
        }
        problems += places.map { "\($0.key) stands in \($0.value) and has no job" }
        let counts = try await counts()
        for state in JobState.allCases where counts[state, default: 0] != states[state.rawValue, default: 0] {
            problems.append(
                "counts say \(counts[state, default: 0]) \(state), there are \(states[state.rawValue, default: 0])"
            )
        }
        for problem in problems.prefix(10) { Issue.record("\(problem)", sourceLocation: sourceLocation) }
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

    /// - Parameter waiting: the list that it would wait in.
    private static func places(_ state: String, waiting: String) -> [String] {
        switch state {
        case "pending": [waiting]
        case "failed": ["failed", "scheduled"]
        case "dead": ["dlq"]
        default: [state]
        }
    }

    /// The names of the indexes in which each id stands.
    private func indexes() async throws -> [String: [String]] {
        let sets = ["scheduled", "failed", "processing", "completed", "cancelled"]
        let lists = ["suspects", "elsewhere", "dlq"] + (0...10).map { "pending:\($0)" }
        let commands =
            sets.map { RedisCommand("ZRANGE", queue.keys.prefix + $0, "0", "-1") }
            + lists.map { RedisCommand("LRANGE", queue.keys.prefix + $0, "0", "-1") }
        var places: [String: [String]] = [:]
        for (name, reply) in zip(sets + lists, try await redis.pipeline(commands)) {
            if let error = reply.error { throw error }
            for id in (reply.array ?? []).compactMap(\.string) { places[id, default: []].append(name) }
        }
        return places
    }

    private func keys(_ pattern: String) async throws -> [String] {
        let glob = pattern.replacing("{", with: "\\{").replacing("}", with: "\\}")
        return (try await redis.send(RedisCommand("KEYS", glob)).array ?? []).compactMap(\.string)
    }
}
