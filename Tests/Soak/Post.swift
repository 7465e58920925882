import FleetSupport
import Glibc
import Synchronization
import TestSupport

/// A place in the crew: a host's name and a way to Redis of its own, and the worker process that holds it at present.
final class Post: Sendable {
    let proxy: TCPProxy
    private let fleet: Fleet
    private let host: String
    private let current: Mutex<WorkerProcess>
    private let starts = Atomic(1)

    init(_ fleet: Fleet, host: String) throws {
        self.fleet = fleet
        self.host = host
        proxy = try TCPProxy(to: fleet.server)
        current = Mutex(try Self.launch(fleet, proxy, host))
    }

    private static func launch(_ fleet: Fleet, _ proxy: TCPProxy, _ host: String) throws -> WorkerProcess {
        try fleet.launch(count: 8, redis: proxy.configuration, host: host, ["--shutdown-timeout", "1s"])
    }

    var worker: WorkerProcess { current.withLock { $0 } }

    /// How many processes have held it.
    var processes: Int { starts.load(ordering: .relaxed) }

    /// Puts another process in the place of one that has ended.
    func replace() throws {
        let next = try Self.launch(fleet, proxy, host)
        current.withLock { $0 = next }
        starts.add(1, ordering: .relaxed)
    }

    /// Asks the process to end, and waits for that. Throws if it does not end well.
    func stop(within limit: Duration) async throws {
        let worker = worker
        worker.process.signal(SIGTERM)
        let code = try await worker.waitForExit(within: limit)
        // One that has only just been started ends like any program: it has taken nothing yet.
        let hasJustStarted = code == -SIGTERM && worker.events().isEmpty
        guard code == 0 || hasJustStarted else {
            throw Unexpected("worker \(worker.pid) ended with \(code) after TERM\n\(fleet.logs())")
        }
    }
}
