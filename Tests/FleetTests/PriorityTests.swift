import FleetSupport
import QueueKit
import TestSupport
import TestTraits
import Testing

@Suite(.threeAtATime) struct PriorityTests {
    @Test func jobsRunByPriorityAndFirstInFirstOutWithinOne() async throws {
        try await withFleet { fleet in
            _ = try await fleet.queue.pause()
            try await fleet.start(count: 1)
            let ids = try await fleet.enqueue(Array(repeating: fleet.note, count: 44)) { at, job in
                job.priority = at * 7 % 11
            }
            _ = try await fleet.queue.resume()
            try await fleet.wait(for: 44, .completed)

            let expected = (0...10).reversed().flatMap { priority in
                ids.indices.filter { $0 * 7 % 11 == priority }.map { ids[$0].text }
            }
            #expect(fleet.lines("ran") == expected)
        }
    }
}
