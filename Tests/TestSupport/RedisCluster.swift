import RedisClient

/// A Redis Cluster of three primaries on 127.0.0.1, with replicas if asked for.
public final class RedisCluster: Sendable {
    /// A node of the cluster.
    public struct Node: Sendable {
        /// The server.
        public let server: RedisServer
        /// Its name in the cluster.
        public let id: String
        /// For commands to this very node.
        public let admin: RedisConnection
        let bus: KeptPort
        let keptTLSPort: KeptPort?

        /// Where clients reach it over TLS, if they do.
        public var tlsPort: UInt16? { keptTLSPort?.number }
        /// Where clients reach it.
        public var endpoint: RedisEndpoint { RedisEndpoint(host: "127.0.0.1", port: server.port ?? 0) }
        /// How clients reach it.
        public var configuration: RedisConfiguration { RedisConfiguration(address: RedisAddress(endpoint)) }
    }

    /// The primaries, with a third of the slots each, in their order.
    public let primaries: [Node]
    /// One replica of each primary, in the same order, or none.
    public let replicas: [Node]

    /// Starts the nodes and waits until each of them finds the cluster complete.
    ///
    /// - Parameters:
    ///   - timeout: after how much silence a node counts as gone.
    ///   - tls: the lines that say which certificates to use, for nodes that are to speak TLS with one another and with clients.
    public init(
        replicas wantsReplicas: Bool = false,
        timeout: Duration = .seconds(1),
        _ options: RedisServer.Options = .init(),
        tls: [String] = []
    ) async throws {
        var nodes: [Node] = []
        for _ in 0..<(wantsReplicas ? 6 : 3) { nodes.append(try await Self.start(options, timeout: timeout, tls)) }
        primaries = Array(nodes.prefix(3))
        replicas = Array(nodes.dropFirst(3))
        let third = Self.slots / 3
        for (at, node) in primaries.enumerated() {
            let last = at == 2 ? Self.slots - 1 : (at + 1) * third - 1
            try await node.ask("CLUSTER", "ADDSLOTSRANGE", String(at * third), String(last))
            try await node.ask("CLUSTER", "SET-CONFIG-EPOCH", String(at + 1))
        }
        for node in nodes.dropFirst() {
            let port = String(node.tlsPort ?? node.endpoint.port)
            try await nodes[0].ask("CLUSTER", "MEET", "127.0.0.1", port, String(node.bus.number))
        }
        try await waitUntilComplete(nodes)
        for (replica, primary) in zip(replicas, primaries) { try await replica.ask("CLUSTER", "REPLICATE", primary.id) }
        for replica in replicas {
            try await waitUntil("a replica follows", within: .seconds(30)) {
                let info = try await replica.admin.send(RedisCommand("INFO", "replication")).string ?? ""
                return info.contains("master_link_status:up")
            }
        }
        try await waitUntil("all know the replicas", within: .seconds(30)) {
            for node in nodes {
                let text = try await node.admin.send(RedisCommand("CLUSTER", "NODES")).string ?? ""
                if text.split(separator: "\n").count(where: { $0.contains("slave ") }) != replicas.count {
                    return false
                }
            }
            return true
        }
    }

    /// How many slots a cluster has.
    public static let slots = 16384

    /// The primary that has this slot to begin with.
    public func owner(of slot: Int) -> Int { min(slot / (Self.slots / 3), 2) }

    /// Which slot a key is in.
    public func slot(of key: String) async throws -> Int {
        Int(try await primaries[0].admin.send(RedisCommand("CLUSTER", "KEYSLOT", key)).int ?? 0)
    }

    /// Begins to move a slot: from now on the source sends those who ask for keys that it has not to the target.
    public func beginMove(_ slot: Int, from source: Node, to target: Node) async throws {
        try await target.ask("CLUSTER", "SETSLOT", String(slot), "IMPORTING", source.id)
        try await source.ask("CLUSTER", "SETSLOT", String(slot), "MIGRATING", target.id)
    }

    /// Moves some of the keys of a slot that is being moved. Returns whether there were any.
    public func moveKeys(of slot: Int, atMost limit: Int, from source: Node, to target: Node) async throws -> Bool {
        let keys = try await source.admin.send(RedisCommand("CLUSTER", "GETKEYSINSLOT", String(slot), String(limit)))
        guard let names = keys.array, !names.isEmpty else { return false }
        var migrate = RedisCommand("MIGRATE", "127.0.0.1", String(target.endpoint.port), "", "0", "5000", "KEYS")
        for name in names { migrate.append(name.bytes ?? []) }
        _ = try await source.admin.send(migrate)
        return true
    }

    /// Ends the move of a slot whose keys have been moved.
    public func endMove(_ slot: Int, from source: Node, to target: Node) async throws {
        for node in [target, source] + primaries.filter({ $0.id != source.id && $0.id != target.id }) {
            try await node.ask("CLUSTER", "SETSLOT", String(slot), "NODE", target.id)
        }
    }

    /// Moves a slot with all that is in it, while it is used.
    public func move(_ slot: Int, from source: Node, to target: Node) async throws {
        try await beginMove(slot, from: source, to: target)
        while try await moveKeys(of: slot, atMost: 10, from: source, to: target) {}
        try await endMove(slot, from: source, to: target)
    }

    private static func start(
        _ options: RedisServer.Options,
        timeout: Duration,
        _ tls: [String]
    ) async throws -> Node {
        let bus = try KeptPort()
        let tlsPort = tls.isEmpty ? nil : try KeptPort()
        var options = options
        options.tcp = true
        options.configuration += [
            "cluster-enabled yes", "cluster-port \(bus.number)",
            "cluster-node-timeout \(Int(timeout / .milliseconds(1)))", "repl-diskless-sync-delay 0",
        ]
        if let tlsPort {
            options.configuration += tls + ["tls-port \(tlsPort.number)", "tls-cluster yes", "tls-replication yes"]
        }
        let server = try RedisServer(options)
        let admin = server.connection()
        let id = try await admin.send(RedisCommand("CLUSTER", "MYID")).string ?? ""
        return Node(server: server, id: id, admin: admin, bus: bus, keptTLSPort: tlsPort)
    }

    private func waitUntilComplete(_ nodes: [Node]) async throws {
        try await waitUntil("the cluster is complete", within: .seconds(60)) {
            for node in nodes {
                let info = try await node.admin.send(RedisCommand("CLUSTER", "INFO")).string ?? ""
                let isComplete =
                    info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:\(nodes.count)\r")
                if !isComplete { return false }
            }
            return true
        }
    }
}

extension RedisCluster.Node {
    /// Sends this node a command.
    func ask(_ name: String, _ words: String...) async throws {
        _ = try await admin.send(RedisCommand(name, arguments: RedisArguments(words)))
    }
}
