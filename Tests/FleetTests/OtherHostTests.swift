import FleetSupport
import QueueKit
import TestSupport
import TestTraits
import Testing

/// Two worker processes that take themselves for two hosts.
@Suite(.threeAtATime) struct OtherHostTests {
    @Test func aJobThatFailsOnOneHostIsRetriedOnTheOther() async throws {
        try await withFleet { fleet in
            try await fleet.start(host: "left")
            try await fleet.start(host: "right")
            let ids = try await fleet.enqueue(Array(repeating: "test $QUEUECTL_ATTEMPT = 2", count: 20)) { _, job in
                job.retryOnOtherHost = true
                job.backoffCap = .milliseconds(100)
            }
            try await fleet.wait(for: 20, .completed)
            for job in try await fleet.jobs(ids) {
                let first = try #require(try await fleet.queue.attempts(of: job.id).last?.token?.worker.host)
                #expect(job.run == 2 && job.failedHosts == [first] && job.worker?.host != first)
            }
        }
    }

    @Test func withTheOtherHostGoneItRunsWhereItFailed() async throws {
        try await withFleet(settings: [.lease: "2s"]) { fleet in
            try await fleet.start(host: "left")
            let other = try await fleet.start(host: "right")
            // Killed, it serves the queue for another lease, as far as anybody can tell.
            other.process.kill9()
            let id = try await fleet.enqueue(["test $QUEUECTL_ATTEMPT = 2"]) { _, job in
                job.retryOnOtherHost = true
                job.backoffCap = .zero
            }[0]
            try await fleet.wait(for: 1, .completed)
            let job = try await fleet.job(id)
            #expect(job.worker?.host == "left" && job.failedHosts == ["left"])
            #expect(job.waited ?? .zero > .milliseconds(500))
        }
    }
}
