import QueueKit
import Synchronization
import TestSupport

/// What a producer was told is enqueued, and when.
package final class Acknowledged: Sendable {
    private let times = Mutex<[JobID: ContinuousClock.Instant]>([:])

    package init() {}

    package func note(_ ids: [JobID]) {
        let now = ContinuousClock.now
        times.withLock { times in for id in ids { times[id] = now } }
    }

    package var ids: Set<JobID> { times.withLock { Set($0.keys) } }

    /// When this was acknowledged.
    package func time(of id: JobID) -> ContinuousClock.Instant? { times.withLock { $0[id] } }
}

extension Fleet {
    /// Enqueues jobs that note that they ran, a few at a time, until the task is cancelled. What fails was not acknowledged
    /// and is not repeated.
    package func produce(into acknowledged: Acknowledged) async {
        while !Task.isCancelled {
            do {
                acknowledged.note(try await enqueue(Array(repeating: note, count: 3)))
            } catch {
                try? await Task.sleep(for: .milliseconds(50))
            }
            try? await Task.sleep(for: .milliseconds(30))
        }
    }

    /// Enqueues one job and waits until it has run.
    ///
    /// - Returns: How long that took.
    package func timeToRun(within limit: Duration) async throws -> Duration {
        let start = ContinuousClock.now
        var mine: JobID?
        try await waitUntil("a new job runs", within: limit) {
            if mine == nil { mine = try? await enqueue([note]).first }
            return mine.map { lines("ran").contains($0.text) } ?? false
        }
        return ContinuousClock.now - start
    }
}
