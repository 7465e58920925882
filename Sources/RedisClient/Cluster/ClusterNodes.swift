import Synchronization

/// The connections to the other nodes of a cluster. There are none as long as it is no cluster.
final class ClusterNodes: Sendable {
    private struct State {
        var cores: [RedisAddress: ConnectionCore] = [:]
        var isClosed = false
    }

    private let home: ConnectionCore
    private let state = Mutex(State())

    init(_ home: ConnectionCore) {
        self.home = home
    }

    /// The connection to a node, which dials with its first request.
    func core(at node: RedisAddress) -> ConnectionCore {
        guard node != home.configuration.address else { return home }
        return state.withLock { state in
            if let core = state.cores[node] { return core }
            let core = ConnectionCore(home.configuration.at(node), backoff: home.backoff, onEvent: home.onEvent)
            if state.isClosed { core.close() }
            state.cores[node] = core
            return core
        }
    }

    var isConnected: Bool {
        home.isConnected.load(ordering: .relaxed)
            || state.withLock { $0.cores.values.contains { $0.isConnected.load(ordering: .relaxed) } }
    }

    func close() {
        home.close()
        let cores = state.withLock { state in
            state.isClosed = true
            return state.cores.values
        }
        for core in cores { core.close() }
    }
}
