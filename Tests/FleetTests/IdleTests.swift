import FleetSupport
import QueueKit
import TestSupport
import TestTraits
import Testing

@Suite(.threeAtATime) struct IdleTests {
    @Test(arguments: [1, 8])
    func anIdleWorkerAsksLessThanTwiceASecond(workers: Int) async throws {
        try await withFleet { fleet in
            _ = try await fleet.start(workers, count: 8)
            try await fleet.waitUntilIdle(workers)
            let requests = try await ClientRequests(fleet)
            // Time itself is the subject: a whole heartbeat fits in.
            try await Task.sleep(for: .seconds(11))
            let perSecond = Double(requests.total) / 11
            print("\(workers) idle workers: \(perSecond) requests a second, \(requests.counts())")
            #expect(perSecond > 0)
            #expect(perSecond < 2 * Double(workers))
        }
    }
}
