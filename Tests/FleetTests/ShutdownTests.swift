import FleetSupport
import Foundation
import QueueKit
import RedisClient
import TestSupport
import TestTraits
import Testing

@Suite(.fault(.shutdown), .threeAtATime) struct ShutdownTests {
    @Test func jobsThatFinishInTimeAreSettledAndNothingRunsTwice() async throws {
        try await withFleet { fleet in
            let worker = try await fleet.start(count: 4)
            let other = try await fleet.start(count: 1)
            let ids = try await fleet.enqueue((0..<20).map { _ in "sleep 0.5; \(fleet.note)" })
            try await fleet.wait(for: 5, .processing)
            worker.process.signal(SIGTERM)
            #expect(try await worker.waitForExit() == 0)
            try await fleet.wait(for: 20, .completed)
            other.process.signal(SIGTERM)
            #expect(try await other.waitForExit() == 0)
            #expect(fleet.lines("ran").sorted() == ids.map(\.text).sorted())
            #expect(try await fleet.jobs(ids).allSatisfy { $0.run == 1 })
            #expect(try await fleet.queue.status(heartbeat: .seconds(10)).workers == 0)
        }
    }

    @Test func workerStopEndsTheWholeFleetInOrder() async throws {
        try await withFleet { fleet in
            let workers = try await fleet.start(3, count: 2)
            let ids = try await fleet.enqueue((0..<20).map { _ in "sleep 0.5; \(fleet.note)" })
            try await fleet.wait(for: 6, .processing)
            #expect(try await fleet.run("worker", "stop") == 0)
            // It has waited for them.
            for worker in workers { #expect(try await worker.waitForExit(within: .seconds(1)) == 0) }
            let jobs = try await fleet.jobs(ids)
            #expect(jobs.count { $0.state == .completed } == fleet.lines("ran").count)
            #expect(jobs.count { $0.state == .pending } == 20 - fleet.lines("ran").count)
            #expect(jobs.allSatisfy { $0.run == ($0.state == .completed ? 1 : 0) })
        }
    }

    @Test func jobsThatDoNotFinishInTimeRunElsewhereAtOnce() async throws {
        try await withFleet { fleet in
            let worker = try await fleet.start(count: 4, "--shutdown-timeout", "1s")
            let ids = try await fleet.enqueue(Array(repeating: fleet.sleepInFirstRun, count: 4))
            try await waitUntil("they run") { ids.allSatisfy { fleet.firstProcess(of: $0) != nil } }
            try await fleet.start(count: 4)
            worker.process.signal(SIGTERM)
            try await worker.waitForLog("stopping_jobs")
            try await fleet.wait(for: 4, .completed, within: .seconds(1))
            #expect(try await worker.waitForExit(within: .seconds(1)) == 0)
            try await expectReleased(ids, fleet)
        }
    }

    @Test func aSecondSignalStopsTheJobsAtOnce() async throws {
        try await withFleet { fleet in
            let worker = try await fleet.start(count: 4)
            let ids = try await fleet.enqueue(Array(repeating: fleet.sleepInFirstRun, count: 4))
            try await waitUntil("they run") { ids.allSatisfy { fleet.firstProcess(of: $0) != nil } }
            try await fleet.start(count: 4)
            worker.process.signal(SIGTERM)
            try await worker.waitForLog("stopping")
            #expect(worker.process.isRunning)
            worker.process.signal(SIGTERM)
            #expect(try await worker.waitForExit(within: .seconds(1)) == 0)
            try await fleet.wait(for: 4, .completed, within: .seconds(1))
            try await expectReleased(ids, fleet)
        }
    }

    @Test func whatIsReleasedComesBeforeWhatWaited() async throws {
        try await withFleet { fleet in
            let worker = try await fleet.start(count: 1, "--shutdown-timeout", "1ms")
            let first = try await fleet.enqueue([fleet.sleepInFirstRun])[0]
            try await waitUntil("it runs") { fleet.firstProcess(of: first) != nil }
            let others = try await fleet.enqueue([fleet.note, fleet.note])
            worker.process.signal(SIGTERM)
            #expect(try await worker.waitForExit() == 0)
            let order = try await fleet.redis.send(RedisCommand("LRANGE", fleet.queue.keys.pending(5), "0", "-1"))
            #expect(order.array?.compactMap(\.string) == ([first] + others).map(\.text))
            let next = try await fleet.start(count: 1, "--drain")
            #expect(try await next.waitForExit() == 0)
            #expect(fleet.lines("again") == [first.text] && fleet.lines("ran") == others.map(\.text))
            #expect(next.events("started").flatMap(\.ids) == ([first] + others).map(\.text))
        }
    }

    @Test func aQuietWorkerFinishesWhatItHasAndTakesNothingUntilItIsToContinue() async throws {
        try await withFleet { fleet in
            let worker = try await fleet.start(count: 2)
            let gate = "\(fleet.folder.path)/gate"
            let running = try await fleet.enqueue(["while [ ! -e \(gate) ]; do sleep 0.05; done; \(fleet.note)"])[0]
            try await fleet.wait(for: 1, .processing)
            worker.process.signal(SIGTSTP)
            try await worker.waitForLog("quiet")
            let waiting = try await fleet.enqueue([fleet.note])[0]
            try Data().write(to: URL(filePath: gate))
            try await fleet.wait(for: 1, .completed)
            try await Task.sleep(for: .milliseconds(500))
            #expect(fleet.lines("ran") == [running.text])
            #expect(try await fleet.job(waiting).state == .pending)
            worker.process.signal(SIGCONT)
            try await worker.waitForLog("resumed")
            try await fleet.wait(for: 2, .completed)
            // A quiet one can be stopped as well.
            worker.process.signal(SIGTSTP)
            try await worker.waitForLog("quiet", times: 2)
            worker.process.signal(SIGTERM)
            #expect(try await worker.waitForExit() == 0)
        }
    }

    enum Absence: CaseIterable {
        case killed, frozen
    }

    /// A busy one gets its second for the shutdown, and one more.
    @Test(arguments: Absence.allCases, [0, 2])
    func aWorkerEndsInTimeWithoutRedis(_ absence: Absence, whileBusy busy: Int) async throws {
        try await withFleet(.init(appendOnly: true), settings: [.lease: "6s"]) { fleet in
            let worker = try await fleet.start(count: 2, "--shutdown-timeout", "1s")
            let talk = "echo output that has to be kept;"
            let ids = try await fleet.enqueue(Array(repeating: talk + fleet.sleepInFirstRun, count: busy))
            try await waitUntil("they run") { ids.allSatisfy { fleet.firstProcess(of: $0) != nil } }
            absence == .killed ? fleet.server.kill9() : fleet.server.freeze()
            worker.process.signal(SIGTERM)
            let began = ContinuousClock.now
            #expect(try await worker.waitForExit() == 0)
            let took = ContinuousClock.now - began
            print("Redis \(absence), \(busy) jobs: ended after \(took)")
            // A thousand milliseconds of it are the machine's.
            #expect(took < .seconds(busy == 0 ? 3 : 3.5))

            // The jobs were left to their leases.
            if absence == .killed { try fleet.server.restart() } else { fleet.server.thaw() }
            try await fleet.start(count: 2)
            try await fleet.wait(for: busy, .completed, within: .seconds(15))
            #expect(try await fleet.jobs(ids).allSatisfy { $0.failures == 0 })
        }
    }

    @Test(.fault(.redisAbsentAtTheStart)) func aWorkerThatNeverFoundRedisEndsAtOnce() async throws {
        try await withFleet { fleet in
            fleet.server.kill9()
            let worker = try fleet.launch()
            try await worker.waitForLog("outage")
            worker.process.signal(SIGTERM)
            #expect(try await worker.waitForExit(within: .seconds(2)) == 0)
        }
    }

    @Test func aWorkerThatHasWaitedLongForRedisEndsInTime() async throws {
        try await withFleet(settings: [.lease: "6s"]) { fleet in
            let worker = try await fleet.start(count: 2, "--shutdown-timeout", "1s")
            try await fleet.waitUntilIdle()
            fleet.server.freeze()
            // By then it has given its connection up, and asks for jobs on another that says nothing either.
            try await worker.waitForLog("outage")
            try await Task.sleep(for: .seconds(5))
            worker.process.signal(SIGTERM)
            #expect(try await worker.waitForExit(within: .seconds(3)) == 0)
        }
    }

    private func expectReleased(_ ids: [JobID], _ fleet: Fleet) async throws {
        for job in try await fleet.jobs(ids) {
            #expect(job.run == 2)
            #expect(job.failures == 0)
            #expect(job.crashCount == 0)
        }
        #expect(fleet.lines("overlaps").isEmpty)
    }
}
