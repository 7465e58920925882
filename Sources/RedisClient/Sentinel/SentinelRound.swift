/// One round of questions to sentinels: whom to ask next, and what came of those that were asked. Decides only.
struct SentinelRound {
    private let name: String
    private var left: ArraySlice<RedisEndpoint>
    private(set) var asked: RedisEndpoint?
    /// What the one that was asked last has named.
    private(set) var named: RedisEndpoint?
    private var unusable: Set<RedisEndpoint> = []
    private var complaints: [String] = []
    private var refusal: DialFailure?
    private var isTLSWrong = false

    /// - Parameter sentinels: in the order in which to ask them.
    init(primary name: String, sentinels: [RedisEndpoint]) {
        self.name = name
        left = sentinels[...]
    }

    /// How much of the time that is left the next step may take. Half of it at the most: a primary that does not answer may
    /// be replaced meanwhile, and then the sentinels are to be asked again.
    func share(of time: Duration) -> Duration { time / (left.count + 2) }

    /// The next one to ask; nil when all were asked.
    mutating func next() -> RedisEndpoint? {
        asked = left.popFirst()
        return asked
    }

    /// Takes a sentinel's answer: what to dial, or nil if it is of no use.
    mutating func take(_ answer: RESPValue) -> RedisEndpoint? {
        guard let words = answer.array, words.count == 2, let host = words[0].string, !host.isEmpty,
            let port = words[1].int.flatMap({ UInt16(exactly: $0) }), port > 0
        else {
            complain(answer.isNull ? "it knows no \(name)" : "it gave an answer that makes no sense")
            return nil
        }
        let endpoint = RedisEndpoint(host: host, port: port)
        // Another sentinel has said so before, and it was no use.
        guard !unusable.contains(endpoint) else { return nil }
        named = endpoint
        return endpoint
    }

    /// The sentinel did not answer, or with an error.
    mutating func sentinelFailed(_ failure: DialFailure) {
        if case .refused(let error, _) = failure, let asked {
            refusal = .refused(error, command: "sentinel \(asked)")
        }
        complain(failure)
    }

    /// What the sentinel named could not be used.
    mutating func primaryFailed(_ failure: DialFailure) {
        guard let named else { return }
        unusable.insert(named)
        complain(failure, "it names \(named), of which: ")
    }

    /// Why the round came to nothing: what a sentinel refused, for somebody can change that; else all that was said.
    var failure: DialFailure {
        if let refusal, unusable.isEmpty { return refusal }
        guard !complaints.isEmpty else { return .unreachable("there is no sentinel to ask") }
        let reason = complaints.joined(separator: "; ")
        return isTLSWrong ? .tls(reason) : .unreachable(reason)
    }

    private mutating func complain(_ failure: DialFailure, _ beginning: String = "") {
        if case .tls = failure { isTLSWrong = true }
        complain(beginning + failure.reason)
    }

    private mutating func complain(_ reason: String) {
        if let asked { complaints.append("sentinel \(asked): \(reason)") }
    }
}
