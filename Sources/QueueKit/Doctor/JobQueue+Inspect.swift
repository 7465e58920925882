import QueueScripts
import RedisClient

/// A job as it is at one moment, with what its hash has to agree with.
struct JobLook: Sendable {
    /// Its state, or what is there instead.
    let word: Word
    /// The list that it has to stand in, if it has to stand in one.
    let list: String?
    /// The same as long as the job has not moved.
    let stamp: String
    /// The sets that it has to stand in and does not.
    let missingSets: [String]

    /// What the hash of a job says.
    enum Word: Sendable, Equatable {
        case state(JobState)
        case none, otherType, stateless, unknownState
    }
}

/// A job as it stands in a list that was looked through as a whole.
struct PlaceLook: Sendable {
    /// The list that it has to stand in, if it has to stand in one.
    let list: String?
    /// The same as long as the job has not moved.
    let stamp: String
    /// How often it stands in the list that was looked at.
    let entries: Int
}

/// An entry of an index that does not agree with the hash of its job.
struct StrayEntry: Sendable {
    let id: String
    /// What the hash says; nil if it agrees, and the entry is marked as left behind all the same.
    let word: JobLook.Word?
}

/// How many jobs of a state are counted, and how many the indexes hold.
struct CounterLook: Sendable {
    let state: JobState
    let counted: Int
    let real: Int

    var difference: Int { counted - real }
}

extension JobQueue {
    /// The most ids that one look at the places in a list takes.
    static let placesLimit = 10

    /// Looks at jobs, at most `batchLimit`.
    func look(at ids: [String]) async throws(QueueError) -> [JobLook] {
        let reply = try await inspect(["jobs"] + ids)
        return try (reply.array ?? []).map { reply throws(QueueError) in
            let words = reply.array?.compactMap(\.string) ?? []
            guard words.count >= 3 else { throw unexpected(reply, attempting: "look at jobs") }
            return JobLook(
                word: JobLook.Word(words[0]),
                list: words[1].isEmpty ? nil : words[1],
                stamp: words[2],
                missingSets: Array(words.dropFirst(3))
            )
        }
    }

    /// Those of these ids, at most `batchLimit`, that stand in a sorted set and do not belong there.
    func strays(in set: String, among ids: [String]) async throws(QueueError) -> [StrayEntry] {
        StrayEntry.list(try await inspect(["set", set] + ids))
    }

    /// The entries of a list at these positions, and those of them that do not belong there.
    func entries(
        of list: String,
        from first: Int,
        to last: Int
    ) async throws(QueueError) -> (ids: [String], strays: [StrayEntry]) {
        let reply = try await inspect(["list", list, String(first), String(last)])
        guard let parts = reply.array, parts.count == 2 else { throw unexpected(reply, attempting: "look at a list") }
        return ((parts[0].array ?? []).compactMap(\.string), StrayEntry.list(parts[1]))
    }

    /// How these jobs, at most `placesLimit`, stand in a list; nil if it is too long to look through in one step.
    func places(in list: String, of ids: [String]) async throws(QueueError) -> [PlaceLook]? {
        let reply = try await inspect(["places", list] + ids)
        guard let parts = reply.array, let length = parts.first?.int else {
            throw unexpected(reply, attempting: "look through a list")
        }
        guard length >= 0 else { return nil }
        return parts.dropFirst().compactMap { part in
            guard let words = part.array, words.count == 5, let entries = words[3].int else { return nil }
            let list = words[1].string ?? ""
            return PlaceLook(list: list.isEmpty ? nil : list, stamp: words[2].string ?? "", entries: Int(entries))
        }
    }

    /// Of numbers of pushes, at most `batchLimit`, whether each waits in the intake and whether it is due some time.
    func pushes(_ numbers: [String]) async throws(QueueError) -> [(waits: Bool, isDue: Bool)] {
        try await inspect(["pushes"] + numbers).array?.compactMap { part in
            part.array.map { (waits: $0.first?.int == 1, isDue: $0.last?.int == 1) }
        } ?? []
    }

    /// The counters and what they should say, at one moment.
    func counters() async throws(QueueError) -> [CounterLook] {
        let looks = try await inspect(["counts"]).array?.compactMap { part -> CounterLook? in
            guard let words = part.array, words.count == 3,
                let state = words[0].string.flatMap(JobState.init(rawValue:)),
                let counted = words[1].int, let real = words[2].int
            else { return nil }
            return CounterLook(state: state, counted: Int(counted), real: Int(real))
        }
        return (looks ?? []).sorted { $0.state.rawValue < $1.state.rawValue }
    }

    private func inspect(_ arguments: [String]) async throws(QueueError) -> RESPValue {
        try await run(.inspect, RedisArguments(arguments), attempting: "look at the queue")
    }
}

extension JobLook.Word {
    init(_ text: String) {
        switch text {
        case "none": self = .none
        case "other_type": self = .otherType
        case "stateless": self = .stateless
        default: self = JobState(rawValue: text).map { .state($0) } ?? .unknownState
        }
    }
}

extension StrayEntry {
    /// Reads a flat list of ids and words.
    static func list(_ reply: RESPValue) -> [StrayEntry] {
        let words = (reply.array ?? []).compactMap(\.string)
        return stride(from: 0, to: words.count - words.count % 2, by: 2).map { at in
            StrayEntry(id: words[at], word: words[at + 1] == "marked" ? nil : JobLook.Word(words[at + 1]))
        }
    }
}
