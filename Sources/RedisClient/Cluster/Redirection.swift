/// Where a node of a cluster says that a command belongs: `MOVED 3999 10.0.0.2:6381`, or `ASK` for this one time.
struct Redirection: Hashable {
    let slot: Int
    let isAsk: Bool
    /// Empty if it is the host that was asked.
    private let host: String
    private let port: UInt16

    /// Nil if the error is no redirection, or cannot be read.
    init?(_ error: RedisReplyError) {
        guard error.kind == .moved || error.kind == .ask else { return nil }
        let words = error.message.split(separator: " ")
        guard words.count == 3, let slot = Int(words[1]), (0..<HashSlot.count).contains(slot),
            let colon = words[2].lastIndex(of: ":"), let port = UInt16(words[2][words[2].index(after: colon)...]),
            port > 0
        else { return nil }
        self.slot = slot
        self.isAsk = error.kind == .ask
        self.host = String(words[2][..<colon])
        self.port = port
    }

    /// The node, for one who has asked this address.
    func node(from asked: RedisAddress) -> RedisAddress {
        .tcp(host: host.isEmpty ? asked.clusterHost : host, port: port)
    }
}

extension RedisAddress {
    /// Where nodes are that give no host, but say that it is the one where they were asked.
    var clusterHost: String {
        switch self {
        case .tcp(let host, _): host
        case .unix, .primary: "127.0.0.1"
        }
    }
}
