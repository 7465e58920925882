import FleetSupport
import Foundation
import QueueKit
import TestSupport
import TestTraits
import Testing

/// Many programs that want the processor, and leases that are short all the same.
@Suite(.fault(.processorStarved), .alone) struct StarvedTests {
    @Test func aJobMuchLongerThanItsLeaseRunsOnce() async throws {
        try await withFleet(settings: [.lease: "3s"]) { fleet in
            let books = try TotalQueue(folder: fleet.folder.path)
            let worker = try await fleet.start(count: 8)
            // Eight for each processor: everybody else gets a ninth of it.
            let number = 8 * ProcessInfo.processInfo.activeProcessorCount
            let burners = try (0..<number).map { _ in
                try ChildProcess(["sh", "-c", "while :; do :; done"], output: "/dev/null")
            }
            defer { for burner in burners { burner.kill9() } }
            let ids = try await fleet.enqueue(Array(repeating: books.recorded("sleep 20"), count: 8))
            books.acknowledge(ids)
            try await fleet.wait(for: 8, .completed, within: .seconds(60))
            #expect(try await fleet.jobs(ids).allSatisfy { $0.run == 1 && $0.crashCount == 0 && $0.failures == 0 })
            #expect(worker.events("fenced").isEmpty)
            let report = try await fleet.requireBalance(of: books, expecting: ["slow_answers"])
            #expect(report.duplicates.isEmpty)
        }
    }
}
