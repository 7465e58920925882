import FleetSupport
import Glibc
import RedisClient
import Synchronization

/// Looks every second at what the worker that is never ended, and Redis, need.
final class MemoryWatch: Sendable {
    /// First, last and most, in bytes.
    struct Course: Sendable {
        var first = 0
        var last = 0
        var most = 0

        mutating func add(_ bytes: Int) {
            guard bytes > 0 else { return }
            if first == 0 { first = bytes }
            last = bytes
            most = max(most, bytes)
        }
    }

    private struct State {
        var worker = Course()
        var redis = Course()
    }

    private let state = Mutex(State())

    var worker: Course { state.withLock { $0.worker } }
    var redis: Course { state.withLock { $0.redis } }

    /// Looks until it is cancelled.
    func run(_ fleet: Fleet, _ post: Post) async {
        while !Task.isCancelled {
            let worker = ProcessTable.ownBytes(of: post.worker.pid)
            let redis = fleet.server.pid.map(ProcessTable.ownBytes(of:)) ?? 0
            state.withLock { state in
                state.worker.add(worker)
                state.redis.add(redis)
            }
            do {
                try await Task.sleep(for: .seconds(1))
            } catch {
                return
            }
        }
    }
}
