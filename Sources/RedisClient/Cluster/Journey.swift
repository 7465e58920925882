/// The way of one request through a cluster: what is to be sent where next, until every command has its answer.
/// Decides only.
///
/// A command that was redirected, or told to come again, has not run: to send it again is safe.
struct Journey {
    enum Step {
        /// Send these of the commands there, in this order; with `ASKING` before each, if so.
        case send([Int], to: RedisAddress, asking: Bool)
        /// Wait a moment.
        case pause
        /// Everything has its answer.
        case done([RESPValue])
        /// No node that could answer is within reach.
        case fail(RedisError)
    }

    private struct Target: Hashable {
        let node: RedisAddress
        var isAsking = false
    }

    private let commands: [RedisCommand]
    private let home: RedisAddress
    private let slots: [Int?]
    /// A transaction goes to one node as it is, and what that says is the answer.
    private let isWhole: Bool
    private var answers: [RESPValue?]
    /// What each command was answered last that has no answer yet.
    private var refusals: [RESPValue?]
    private var redirected: [Int: Target] = [:]
    private var unreachable: Set<RedisAddress> = []
    private var failure: RedisError?
    private var mustPause = false
    private var hops = 0

    /// So many redirections are followed at once; nodes that have not agreed yet get a moment after each further one.
    private static let quickHops = 5

    init(_ commands: [RedisCommand], home: RedisAddress) {
        self.commands = commands
        self.home = home
        slots = commands.map(\.slot)
        isWhole = commands.contains(where: \.opensTransaction)
        answers = Array(repeating: nil, count: commands.count)
        refusals = answers
    }

    /// Whether a reply asks for more than handing it to the caller.
    static func isStation(_ reply: RESPValue) -> Bool {
        guard let error = reply.error else { return false }
        switch error.kind {
        case .moved, .ask: return Redirection(error) != nil
        // By the code: a script that met trouble half-way is told in other words, and must not run again.
        case .tryAgain: return error.message.hasPrefix("TRYAGAIN")
        case .clusterDown: return error.message.hasPrefix("CLUSTERDOWN")
        default: return false
        }
    }

    /// What to do next.
    mutating func next(_ map: ClusterMap) -> Step {
        guard let first = answers.firstIndex(where: { $0 == nil }) else { return .done(answers.compactMap { $0 }) }
        if mustPause {
            mustPause = false
            return .pause
        }
        guard let target = target(of: first, map) else { return .fail(failure ?? .nowhere(home, commands[first])) }
        let places = answers.indices.filter { answers[$0] == nil && (isWhole || self.target(of: $0, map) == target) }
        return .send(places, to: target.node, asking: target.isAsking)
    }

    /// Takes the replies of a node to the commands that were sent there. Returns which slots are elsewhere.
    mutating func take(_ replies: [RESPValue], of places: [Int], from node: RedisAddress) -> [Int: RedisAddress] {
        var learned: [Int: RedisAddress] = [:]
        for (place, reply) in zip(places, replies) {
            redirected[place] = nil
            guard !isWhole, Self.isStation(reply), let error = reply.error else {
                answers[place] = reply
                continue
            }
            refusals[place] = reply
            if let redirection = Redirection(error) {
                let other = redirection.node(from: node)
                redirected[place] = Target(node: other, isAsking: redirection.isAsk)
                if !redirection.isAsk { learned[redirection.slot] = other }
                hops += 1
                mustPause = mustPause || hops > Self.quickHops
            } else {
                mustPause = true
            }
        }
        return learned
    }

    /// A node could not be reached, so nothing was sent to it: another one knows who has its slots now.
    mutating func couldNotReach(_ node: RedisAddress, _ error: RedisError) {
        failure = error
        unreachable.insert(node)
        // What sent the commands there may be out of date as well, but then nobody has taken over yet.
        for (place, target) in redirected where target.node == node && target.isAsking { redirected[place] = nil }
    }

    /// Whether some of the commands may have run already.
    var hasBegun: Bool { answers.contains { $0 != nil } }

    /// There is no more time: what has no answer gets what it was told last.
    func endNow() -> [RESPValue]? {
        let replies = zip(answers, refusals).map { $0 ?? $1 }
        return replies.contains { $0 == nil } ? nil : replies.compactMap { $0 }
    }

    private func target(of place: Int, _ map: ClusterMap) -> Target? {
        if let target = redirected[place] { return unreachable.contains(target.node) ? nil : target }
        let slot = slots[place] ?? neighbour(of: place)
        if let node = slot.flatMap(map.node(of:)), !unreachable.contains(node) { return Target(node: node) }
        return ([home] + map.nodes).first { !unreachable.contains($0) }.map { Target(node: $0) }
    }

    /// The slot of a command beside one that has none: `SCRIPT LOAD` belongs to the node of the script that it follows.
    private func neighbour(of place: Int) -> Int? {
        slots[..<place].last { $0 != nil } ?? slots[place...].first { $0 != nil } ?? nil
    }
}

extension RedisError {
    fileprivate static func nowhere(_ home: RedisAddress, _ command: RedisCommand) -> RedisError {
        RedisError(.unreachable, address: home, command: command.name, mayHaveRun: false, cause: "no node is known")
    }
}
