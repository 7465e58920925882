import TestTraits
import Testing

@testable import QueueKit

/// A cancel and the end of a run at the same moment, over two connections, a thousand times.
@Suite(.fault(.cancelRacesCompletion)) struct CancelRaceTests {
    @Test(
        arguments: [
            (.completed, [.completed, .cancelled]), (.retry(after: .zero), [.cancelled]),
            (.snoozed(for: .zero), [.cancelled]), (.dead, [.dead, .cancelled]), (.released, [.cancelled]),
        ] as [(Settlement.Outcome, Set<JobState>)]
    )
    func exactlyOneEndAndNeverARetry(outcome: Settlement.Outcome, ends: Set<JobState>) async throws {
        let queue = try TestQueue()
        let other = queue.through(queue.server.connection())
        let rounds = 200
        let batch = JobQueue.batchLimit
        for first in stride(from: 0, to: rounds, by: batch) {
            let jobs = try (first..<first + batch).map { try queue.newJob("j\($0)") }
            _ = try await queue.queue.enqueue(jobs, configuration: queue.configuration)
            #expect(try await queue.claim(batch, number: Int64(first / batch)).ids.count == batch)
        }
        var seen: [JobState: Int] = [:]
        for number in 0..<rounds {
            let id = try id("j\(number)")
            // One of the two has a head start, more of it from round to round.
            async let cancelled = {
                for _ in 0..<max(0, number - rounds / 2) { await Task.yield() }
                return try await other.cancel([id])[0]
            }()
            for _ in 0..<max(0, rounds / 2 - number) { await Task.yield() }
            let settled = try await queue.settle("j\(number)", outcome, number: Int64(number / batch))
            let state = try #require(try await queue.queue.job(id)?.state)
            let answer = try await cancelled
            let end = try #require(try await queue.queue.job(id)?.state)
            #expect(ends.contains(end), "\(end) after \(outcome)")
            seen[end, default: 0] += 1
            // Who was told that it is over was told the truth, and what has completed stays so.
            if case .settled(let told) = settled, told.isFinal { #expect(told == end) }
            if state.isFinal { #expect(state == end) }
            if answer == .wrongState(end) { #expect(end != .cancelled) }
        }
        #expect(try await queue.claim(rounds, number: Int64(rounds)).ids == [])
        #expect(seen.values.reduce(0, +) == rounds)
        try await queue.checkI1()
    }
}
