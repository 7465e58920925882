import FleetSupport
import Glibc
import QueueKit
import RedisClient
import TestSupport
import TestTraits
import Testing

/// What becomes of jobs whose worker is killed at each of the points between getting a job and being done with it.
@Suite(.threeAtATime) struct FaultPointTests {
    @Test(.fault(.workerKilledBeforeTheJobRuns)) func aPushInTheInboxIsTakenInByAnother() async throws {
        try await withFleet(settings: [.lease: "9s"]) { fleet in
            let victim = try await fleet.start(fault: "after-blmove:kill")
            try await fleet.waitUntilIdle()
            try await fleet.push(#"{"id":"pushed","command":"\#(fleet.note)"}"#)
            #expect(try await victim.waitForExit() == -SIGKILL)
            #expect(try await fleet.redis.send(RedisCommand("LLEN", fleet.queue.keys.inbox)).int == 1)

            let job = try await rescue(fleet, [JobID("pushed")], within: .seconds(6))[0]
            #expect(job.run == 1)
            #expect(job.crashCount == 0)
            #expect(fleet.lines("ran") == ["pushed"])
        }
    }

    @Test(.fault(.workerKilledBeforeTheJobRuns)) func aPushThatWasNotIngestedIsJudgedByAnother() async throws {
        try await withFleet { fleet in
            try await fleet.push(#"{"id":"pushed","command":"\#(fleet.note)"}"#)
            let victim = try fleet.launch(fault: "after-claim:kill")
            #expect(try await victim.waitForExit() == -SIGKILL)
            #expect(try await fleet.redis.send(RedisCommand("HLEN", fleet.queue.keys.prefix + "intake")).int == 1)

            let job = try await rescue(fleet, [JobID("pushed")], within: .seconds(6))[0]
            #expect(job.run == 1)
            #expect(job.crashCount == 0)
            #expect(fleet.lines("ran") == ["pushed"])
        }
    }

    @Test(.fault(.workerKilledBeforeTheJobRuns)) func anAddedJobThatWasNotReadIsReadByAnother() async throws {
        try await withFleet { fleet in
            #expect(try await fleet.run("install-functions") == 0)
            let call = RedisCommand("FCALL", "queuectl_enqueue", "1", fleet.queue.keys.incoming)
            for id in ["first", "second"] {
                var call = call
                call.append(#"{"id":"\#(id)","command":"\#(fleet.note)"}"#)
                _ = try await fleet.redis.send(call)
            }
            let victim = try fleet.launch(fault: "after-claim:kill")
            #expect(try await victim.waitForExit() == -SIGKILL)
            try await fleet.checkInvariants()

            let jobs = try await rescue(fleet, [JobID("first"), JobID("second")], within: .seconds(6))
            #expect(jobs.allSatisfy { $0.run == 1 && $0.crashCount == 0 && $0.document == nil })
            #expect(fleet.lines("ran").sorted() == ["first", "second"])
        }
    }

    /// With what is known of the jobs when the worker is dead, and how often their commands ran in the end.
    @Test(
        .fault(.workerKilledBeforeTheSettle),
        arguments: [
            ("after-claim", runs: 1...1, attempts: 2), ("after-spawn", runs: 1...2, attempts: 2),
            ("after-exit", runs: 2...2, attempts: 2), ("after-settle-sent", runs: 1...1, attempts: 1),
        ]
    )
    func aJobOfAKilledWorkerIsNeitherLostNorBlamed(
        point: String,
        runs: ClosedRange<Int>,
        attempts: Int
    ) async throws {
        try await withFleet(settings: [.lease: "3s"]) { fleet in
            let id = try await fleet.enqueue([fleet.note])[0]
            let victim = try fleet.launch(fault: "\(point):kill")
            #expect(try await victim.waitForExit() == -SIGKILL)
            try await waitUntil("its processes are dead", within: .seconds(2)) { fleet.processes().isEmpty }
            let others = try await fleet.enqueue([fleet.note, fleet.note])

            let jobs = try await rescue(fleet, [id] + others, within: .seconds(8))
            #expect(jobs.map(\.run) == [attempts, 1, 1])
            #expect(jobs.map(\.crashCount) == [attempts - 1, 0, 0])
            let ran = fleet.lines("ran")
            #expect(runs ~= ran.count { $0 == id.text }, "\(ran)")
            for other in others { #expect(ran.count { $0 == other.text } == 1) }
        }
    }

    /// Starts a sound worker, waits for the jobs, and checks that no retry was used.
    private func rescue(_ fleet: Fleet, _ ids: [JobID], within limit: Duration) async throws -> [Job] {
        try await fleet.start(count: 2)
        try await fleet.wait(for: ids.count, .completed, within: limit)
        let jobs = try await fleet.jobs(ids)
        #expect(jobs.allSatisfy { $0.failures == 0 })
        return jobs
    }
}
