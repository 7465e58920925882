import QueueKit
import Testing

extension TestQueue {
    /// Fails the test unless every job stands in the index of its state and in no other, every index entry has its
    /// job or is a counted stale one, and the counts agree with what is there.
    func checkI1(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let problems = InvariantChecker(try await stored()).problems()
        for problem in problems.prefix(10) {
            Issue.record("\(problem)", sourceLocation: sourceLocation)
        }
        if problems.count > 10 {
            Issue.record("and \(problems.count - 10) problems more", sourceLocation: sourceLocation)
        }
    }

    /// The same for all but one damaged job, which is removed first.
    func checkI1(without id: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await send("DEL", "R:job:\(id)", "R:attempts:\(id)")
        try await checkI1(sourceLocation: sourceLocation)
    }
}

/// Holds the keys of one queue to invariant I1.
struct InvariantChecker {
    private let stored: [String: StoredValue]
    private let counts: [String: String]
    /// Of each job with a state, its hash.
    private var jobs: [String: [String: String]] = [:]
    /// The names of the indexes in which each id stands.
    private var places: [String: [String]] = [:]
    private var found: [String] = []

    private static let sets = ["scheduled", "failed", "processing", "completed", "cancelled"]
    private static let lists = ["suspects", "elsewhere", "dlq"] + (0...10).map { "pending:\($0)" }

    init(_ stored: [String: StoredValue]) {
        self.stored = stored
        if case .hash(let fields)? = stored["counts"] { counts = fields } else { counts = [:] }
        for (key, value) in stored where key.hasPrefix("job:") {
            if case .hash(let fields) = value, fields["state"] != nil { jobs[String(key.dropFirst(4))] = fields }
        }
        for name in Self.sets {
            if case .sortedSet(let entries)? = stored[name] {
                for entry in entries { places[entry.member, default: []].append(name) }
            }
        }
    }

    mutating func check() -> [String] {
        for list in Self.lists { check(list: list) }
        for (id, job) in jobs { check(id, job) }
        for id in places.keys where jobs[id] == nil {
            found.append("\(id) stands in \(places[id] ?? []) and has no job")
        }
        for state in JobState.allCases {
            let real = jobs.values.count { $0["state"] == state.rawValue }
            if real != Int(counts[state.rawValue] ?? "0") {
                found.append("counts say \(counts[state.rawValue] ?? "0") \(state) jobs, there are \(real)")
            }
        }
        checkLeftovers()
        return found.sorted()
    }

    func problems() -> [String] {
        var copy = self
        return copy.check()
    }

    /// Of the entries of a list, those whose job is not there by its hash have to be counted as stale.
    private mutating func check(list: String) {
        guard case .list(let entries)? = stored[list] else {
            return expectStale(0, list)
        }
        if Set(entries).count != entries.count { found.append("\(list) holds an id twice") }
        var stale = 0
        for id in Set(entries) {
            if let job = jobs[id], expectedPlaces(job).contains(list) {
                places[id, default: []].append(list)
            } else {
                stale += 1
            }
        }
        expectStale(stale, list)
    }

    private mutating func expectStale(_ number: Int, _ list: String) {
        let counted = counts["stale:\(list)"] ?? "0"
        if counted != String(number) { found.append("\(list) has \(number) stale entries, \(counted) are counted") }
    }

    private mutating func check(_ id: String, _ job: [String: String]) {
        let expected = expectedPlaces(job)
        let real = (places[id] ?? []).sorted()
        if real != expected { found.append("\(id) is \(job["state"] ?? ""), stands in \(real), not in \(expected)") }
    }

    private func expectedPlaces(_ job: [String: String]) -> [String] {
        switch job["state"] {
        case "pending" where (Int(job["crash_count"] ?? "") ?? 0) > 0: ["suspects"]
        case "pending": [job["failed_hosts"] == nil ? "pending:\(job["priority"] ?? "")" : "elsewhere"]
        case "failed": ["failed", "scheduled"]
        case "dead": ["dlq"]
        case let state?: [state]
        case nil: []
        }
    }

    /// What is kept of a job goes with it; what waits in the intake is due some time.
    private mutating func checkLeftovers() {
        for key in stored.keys {
            let parts = key.split(separator: ":").map(String.init)
            if parts.count > 1, ["attempts", "log"].contains(parts[0]), jobs[parts[1]] == nil {
                found.append("\(key) belongs to no job")
            }
        }
        var numbers: [String] = []
        var due: [String] = []
        if case .hash(let fields)? = stored["intake"] { numbers = fields.keys.sorted() }
        if case .sortedSet(let entries)? = stored["intake_due"] { due = entries.map(\.member).sorted() }
        if numbers != due { found.append("intake holds \(numbers), due are \(due)") }
    }
}
