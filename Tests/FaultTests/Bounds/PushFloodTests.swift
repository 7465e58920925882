import FleetSupport
import QueueKit
import QueueTestSupport
import RedisClient
import TestSupport
import TestTraits
import Testing

/// A hundred thousand pushes at once.
@Suite(.fault(.pushFlood), .serialized, .alone) struct PushFloodTests {
    @Test func anUrgentPushBehindAFloodWaitsForItsIntakeOnly() async throws {
        let urgent = try await PushFloods.urgent(behind: 100_000)
        print(
            "an urgent push behind 100,000 was a job after \(urgent.untilIn), and began as number \(urgent.before + 1)"
        )
        // Half a second until it is seen, and 2,000 a second at the least, built for debugging.
        #expect(urgent.untilIn < .seconds(51))
        #expect(urgent.before <= 1, "two slots were freed at once")
    }

    @Test func malformedPushesSlowGoodJobsByLessThanTwice() async throws {
        let slowed = try await PushFloods.goodJobs(2000, beside: 100_000)
        let ratio = slowed.beside / slowed.alone
        print(
            "2,000 good jobs took \(slowed.alone) alone and \(slowed.beside) beside 100,000 malformed pushes: \(ratio)"
        )
        #expect(ratio < 2)
        #expect(slowed.kept == 10_000 && slowed.counted == 100_000)
    }

    @Test(.fault(.workerKilledBeforeTheJobRuns)) func aWorkerKilledDuringTheIntakeLosesNothing() async throws {
        try await withFleet { fleet in
            let pushes = 50_000
            _ = try await fleet.queue.pause()
            for first in stride(from: 0, to: pushes, by: 1000) {
                var command = RedisCommand("LPUSH", fleet.queue.keys.incoming)
                for number in first..<first + 1000 { command.append(#"{"id":"p\#(number)","command":"true"}"#) }
                _ = try await fleet.redis.send(command)
            }
            // Until one was killed between an intake and its end.
            var left: Int64 = 0
            for _ in 1...20 where left == 0 {
                let before = try await fleet.counts()[.pending] ?? 0
                let worker = try fleet.launch()
                try await waitUntil("some are jobs", within: .seconds(60)) {
                    try await fleet.counts()[.pending] ?? 0 > before
                }
                worker.process.kill9()
                left = try await fleet.redis.send(RedisCommand("HLEN", fleet.queue.keys.intake)).int ?? 0
                print("killed with \(try await fleet.counts()[.pending] ?? 0) jobs and \(left) pushes on their way")
            }
            #expect(left > 0)
            try await fleet.start()
            try await fleet.wait(for: pushes, .pending, within: .seconds(60))
            // Whatever was taken in twice would have collided with its own id.
            #expect(try await fleet.queue.status(heartbeat: .seconds(10)).rejected == 0)
        }
    }

    @Test(arguments: [UInt64(7), .random(in: 0...UInt64.max)])
    func mutatedDocumentsAreJobsOrRejectedWithAllTheirBytes(seed: UInt64) async throws {
        let mutants = try await PushFloods.mutants(100_000, seed: seed)
        print("seed \(seed): of 100,000 mutated documents and 2,000 good ones \(mutants)")
        #expect(mutants.jobs > 10_000 && mutants.rejected > 10_000)
        #expect(mutants.time < .seconds(120))
    }
}
