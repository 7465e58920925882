import FleetSupport
import Foundation
import QueueKit
import TestSupport
import TestTraits
import Testing

@Suite(.threeAtATime) struct ExactlyOnceTests {
    /// How many jobs; `FLEET_JOBS` asks for another number.
    private static let total = ProcessInfo.processInfo.environment["FLEET_JOBS"].flatMap { Int($0) } ?? 20_000

    @Test func everyJobRunsOnceOnAFleetUnderLoad() async throws {
        try await withFleet(settings: [.retentionCount: "1000000"]) { fleet in
            _ = try await fleet.start(4, count: 8)
            let began = ContinuousClock.now
            let ids = try await fleet.enqueue(Array(repeating: fleet.note, count: Self.total)) { at, job in
                job.priority = at * 7 % 11
            }
            try await fleet.wait(for: Self.total, .completed, within: .seconds(1200))
            print("\(Self.total) jobs ran in \(ContinuousClock.now - began)")

            let ran = fleet.lines("ran")
            #expect(ran.count == Self.total)
            #expect(Set(ran) == Set(ids.map(\.text)))
            #expect(try await fleet.counts() == [.completed: Self.total])
            let jobs = try await fleet.jobs(ids)
            #expect(jobs.allSatisfy { $0.run == 1 && $0.crashCount == 0 && $0.failures == 0 })
        }
    }
}
