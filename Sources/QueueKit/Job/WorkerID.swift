/// The id of a worker process: `<host>-<pid>-<random>`, new with every start.
public struct WorkerID: Sendable, Hashable, CustomStringConvertible {
    /// The name of the machine. It may contain dashes and dots.
    public let host: String
    /// The process id on that machine.
    public let pid: Int32
    /// What tells this start from others with the same pid; without dashes or dots.
    public let random: String

    /// Makes an id that reads back as it is: characters that may not stand in a name are replaced by `_`, as are dashes
    /// and dots in `random`, and an empty part by `_`.
    public init(host: String, pid: Int32, random: String) {
        self.host = Self.cleaned(host, forbidding: [])
        self.pid = max(0, pid)
        self.random = Self.cleaned(random, forbidding: ["-", "."])
    }

    /// Reads an id from its text, from the right, since hosts may contain dashes; nil if it is not one.
    public init?(_ text: String) {
        // Bytes, not characters: each claimed job brings one, and characters cost ten times as much.
        let dash = UInt8(ascii: "-")
        guard let last = text.utf8.lastIndex(of: dash), let first = text.utf8[..<last].lastIndex(of: dash) else {
            return nil
        }
        let random = text[text.utf8.index(after: last)...]
        guard first > text.startIndex, !random.isEmpty, !random.utf8.contains(UInt8(ascii: ".")),
            let pid = Int32(text[text.utf8.index(after: first)..<last]), pid >= 0
        else { return nil }
        self.host = String(text[..<first])
        self.pid = pid
        self.random = String(random)
    }

    /// The id as text.
    public var description: String { "\(host)-\(pid)-\(random)" }

    private static func cleaned(_ part: String, forbidding forbidden: Set<Character>) -> String {
        let allowed = part.prefix(64).map { character in
            let isAllowed = character.utf8.count == 1 && character.utf8.allSatisfy(NameRule.allows)
            return isAllowed && !forbidden.contains(character) ? character : "_"
        }
        return allowed.isEmpty ? "_" : String(allowed)
    }
}

/// What proves that a worker holds a job: `<worker id>.<request number>` of the claim that took it.
public struct JobToken: Sendable, Hashable, CustomStringConvertible {
    /// The worker that claimed the job.
    public let worker: WorkerID
    /// The number of the request it claimed the job with.
    public let request: Int64

    /// Makes a token.
    public init(worker: WorkerID, request: Int64) {
        self.worker = worker
        self.request = request
    }

    /// Reads a token from its text; nil if it is not one.
    public init?(_ text: String) {
        guard let dot = text.utf8.lastIndex(of: UInt8(ascii: ".")),
            let request = Int64(text[text.utf8.index(after: dot)...]), request >= 0,
            let worker = WorkerID(String(text[..<dot]))
        else { return nil }
        self.init(worker: worker, request: request)
    }

    /// The token as text.
    public var description: String { "\(worker).\(request)" }
}
