import FleetSupport
import Glibc
import QueueKit
import RedisClient
import TestSupport

/// What comes to a queue in a day: jobs that succeed, fail, print, are cancelled, deleted or retried by hand, wait for their
/// time, are pushed by others, well-formed or not; and workers that come and go.
final class DayTraffic {
    private let fleet: Fleet
    private var workers: [WorkerProcess] = []
    private var number = 0
    private var waiting: [JobID] = []
    private var hour = 0

    init(_ fleet: Fleet) {
        self.fleet = fleet
    }

    /// A tenth of a second of ours. It waits while more than a few jobs do, so that no backlog is taken for growth.
    func step() async throws {
        while workers.count < 2 { workers.append(try await fleet.start(count: 4)) }
        number += 1
        if (try await fleet.counts()[.pending] ?? 0) < 100 { try await produce() }
        if number % 5 == 0 { try await operate() }
        try await Task.sleep(for: .milliseconds(100))  // the pace of the traffic
    }

    private func produce() async throws {
        var commands = Array(repeating: "true", count: 10)
        commands += ["echo a line; echo another >&2", "seq 1 2000", "exit 3", "[ $QUEUECTL_ATTEMPT -gt 1 ]"]
        try await fleet.enqueue(commands) { at, document in
            document.maxRetries = at == 12 ? 1 : 3
        }
        waiting += try await fleet.enqueue(["true", "true"]) { _, document in document.delay = .seconds(1800) }
        try await fleet.push(#"{"command":"true","priority":9,"reply_to":"hour-\#(hour)"}"#)
        try await fleet.push(number % 2 == 0 ? #"{"command":"# : "no-such-hash-\(number)")
    }

    private func operate() async throws {
        _ = try await fleet.queue.cancel(Array(waiting.prefix(5)))
        if let id = waiting.last { _ = try await fleet.queue.delete([id]) }
        waiting = []
        let dead = try await fleet.queue.list(.dead, limit: 3)
        _ = try await fleet.queue.retry(dead.map(\.id))
    }

    /// One worker goes, by a signal or by force; a new one takes its place. Now and then the dead jobs are purged.
    func hourHasPassed(_ hour: Int) async throws {
        self.hour = hour
        let worker = workers.removeFirst()
        if hour % 2 == 0 { worker.process.kill9() } else { worker.process.signal(SIGTERM) }
        if hour % 7 == 0 { _ = try await fleet.queue.purge() }
    }

    /// Waits until all that is not put off has ended.
    func end() async throws {
        try await waitUntil("nothing runs or waits", within: .seconds(60)) {
            let counts = try await fleet.counts()
            return counts[.pending] ?? 0 == 0 && counts[.processing] ?? 0 == 0
        }
    }
}
