import FleetSupport
import Glibc
import QueueKit
import RedisClient
import TestSupport
import TestTraits
import Testing

/// Cancelling jobs that run in other processes, while workers and Redis come and go.
@Suite(.threeAtATime) struct SteerTests {
    @Test func aCancelReachesTheJobWithinASecondOnWhicheverWorker() async throws {
        try await withFleet { fleet in
            _ = try await fleet.start(3, count: 1)
            let ids = try await fleet.enqueue((0..<3).map { _ in fleet.sleepInFirstRun })
            try await waitUntil("all run") { ids.allSatisfy { fleet.firstProcess(of: $0) != nil } }
            for id in ids {
                let pid = try #require(fleet.firstProcess(of: id))
                let clock = ContinuousClock.now
                #expect(try await fleet.queue.cancel([id]) == [.done(.processing)])
                try await waitUntil("job \(id) is cancelled") { try await fleet.job(id).state == .cancelled }
                #expect(ContinuousClock.now - clock < .seconds(1))
                #expect(!ProcessTable.isAlive(pid))
            }
        }
    }

    @Test func aCancelOutlivesItsWorker() async throws {
        try await withFleet(settings: [.lease: "3s"]) { fleet in
            let worker = try await fleet.start()
            let id = try await fleet.enqueue([fleet.sleepInFirstRun])[0]
            try await waitUntil("it runs") { fleet.firstProcess(of: id) != nil }
            // Frozen, it hears nothing; killed, it never will.
            worker.process.signal(SIGSTOP)
            #expect(try await fleet.queue.cancel([id]) == [.done(.processing)])
            worker.process.kill9()
            try await fleet.start()
            try await waitUntil("it is cancelled") { try await fleet.job(id).state == .cancelled }
            #expect(fleet.lines("again") == [])
        }
    }

    @Test func aCancelOutlivesRedis() async throws {
        try await withFleet(.init(appendOnly: true, configuration: ["appendfsync always"])) { fleet in
            let worker = try await fleet.start()
            let id = try await fleet.enqueue([fleet.sleepInFirstRun])[0]
            try await waitUntil("it runs") { fleet.firstProcess(of: id) != nil }
            worker.process.signal(SIGSTOP)
            #expect(try await fleet.queue.cancel([id]) == [.done(.processing)])
            // With it go the message, and the connection on which it was.
            fleet.server.kill9()
            try fleet.server.restart()
            worker.process.signal(SIGCONT)
            try await waitUntil("it is cancelled") { try await fleet.job(id).state == .cancelled }
            #expect(try await fleet.job(id).run == 1)
        }
    }

    @Test func aPauseIsKeptWhileRedisIsAway() async throws {
        try await withFleet(.init(appendOnly: true, configuration: ["appendfsync always"])) { fleet in
            let worker = try await fleet.start()
            let id = try await fleet.enqueue([fleet.sleepInFirstRun])[0]
            try await waitUntil("it runs") { fleet.firstProcess(of: id) != nil }
            #expect(try await fleet.queue.pause([id]) == [.done(.processing)])
            try await worker.waitForLog("job_paused")
            fleet.server.kill9()
            try await worker.waitForLog("outage")
            try fleet.server.restart()
            try await worker.waitForLog("restored")
            #expect(worker.events("job_resumed").isEmpty)
            #expect(try await fleet.queue.resume([id]) == [.done(.processing)])
            try await worker.waitForLog("job_resumed")
            #expect(try await fleet.queue.signal(id, SIGKILL) == .sent)
            try await waitUntil("it has failed") { try await fleet.job(id).state == .failed }
        }
    }
}
