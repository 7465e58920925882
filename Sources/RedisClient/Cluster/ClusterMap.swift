/// What is known of a cluster: which nodes there are, and which has which slots. Decides only.
struct ClusterMap {
    /// All that were heard of, those that were out of reach last.
    private(set) var nodes: [RedisAddress] = []
    /// Whether somebody should be asked for the whole picture.
    private(set) var needsSurvey = false

    private var ranges: [(slots: ClosedRange<Int>, node: RedisAddress)] = []
    /// What was learned since the last survey.
    private var moved: [Int: RedisAddress] = [:]

    /// Whether there is a cluster at all: a single server never says that a key has moved.
    var isCluster: Bool { !nodes.isEmpty }

    /// The node that has a slot, as far as is known.
    func node(of slot: Int) -> RedisAddress? {
        moved[slot] ?? ranges.first { $0.slots.contains(slot) }?.node
    }

    /// The nodes that have slots, each once.
    var primaries: [RedisAddress] {
        ranges.map(\.node).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// A node has said of itself that it is one.
    mutating func met(_ node: RedisAddress) {
        if !nodes.contains(node) { needsSurvey = true }
        add(node)
    }

    /// Some node said that another has a slot.
    mutating func learn(_ slot: Int, isAt node: RedisAddress) {
        if self.node(of: slot) != node { needsSurvey = true }
        moved[slot] = node
        add(node)
    }

    /// A node is out of reach: others may have its slots by now.
    mutating func lost(_ node: RedisAddress) {
        guard isCluster else { return }
        needsSurvey = true
        ranges.removeAll { $0.node == node }
        moved = moved.filter { $0.value != node }
        guard let at = nodes.firstIndex(of: node) else { return }
        nodes.append(nodes.remove(at: at))
    }

    /// Notes that somebody is asked for the whole picture now.
    mutating func beginSurvey() { needsSurvey = false }

    /// Takes the answer to `CLUSTER SLOTS`: for each range of slots the primary and its replicas. What cannot be read is
    /// passed over.
    mutating func take(survey reply: RESPValue, from asked: RedisAddress) {
        var found: [(ClosedRange<Int>, RedisAddress)] = []
        for entry in reply.array ?? [] {
            guard let parts = entry.array, parts.count >= 3, let first = parts[0].int, let last = parts[1].int,
                0 <= first, first <= last, last < HashSlot.count
            else { continue }
            let holders = parts.dropFirst(2).compactMap { Self.node($0, from: asked) }
            for node in holders { add(node) }
            if let primary = Self.node(parts[2], from: asked) { found.append((Int(first)...Int(last), primary)) }
        }
        guard !found.isEmpty else { return }
        ranges = found.map { (slots: $0.0, node: $0.1) }
        moved = [:]
    }

    private mutating func add(_ node: RedisAddress) {
        if !nodes.contains(node) { nodes.append(node) }
    }

    private static func node(_ value: RESPValue, from asked: RedisAddress) -> RedisAddress? {
        guard let parts = value.array, parts.count >= 2,
            let port = parts[1].int.flatMap({ UInt16(exactly: $0) }), port > 0
        else { return nil }
        // No host means the one that was asked; a question mark, that the node does not know.
        let host = parts[0].string ?? ""
        guard host != "?" else { return nil }
        return .tcp(host: host.isEmpty ? asked.clusterHost : host, port: port)
    }
}
