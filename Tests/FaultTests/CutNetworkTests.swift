import FleetSupport
import Glibc
import QueueKit
import RedisClient
import TestSupport
import TestTraits
import Testing

/// A host whose network goes down: no answer, no refusal, nothing.
@Suite(.fault(.workerCutOff), .threeAtATime) struct CutNetworkTests {
    @Test func aHostThatLosesItsNetworkLetsGoInTimeAndComesBackByItself() async throws {
        let network = try PrivateNetwork()
        defer { network.remove() }
        let options = RedisServer.Options(
            tcp: true,
            configuration: ["bind 127.0.0.1 \(network.outside)", "protected-mode no"]
        )
        try await withFleet(options, settings: [.lease: "4s"]) { fleet in
            let port = try #require(fleet.server.port)
            let redis = RedisConfiguration(address: .tcp(host: network.outside, port: port))
            let worker = try await fleet.start(redis: redis, host: "island", under: network.enter)
            let books = try TotalQueue(folder: fleet.folder.path)
            let id = try await fleet.enqueue([fleet.sleepInFirstRun])[0]
            try await waitUntil("it runs") { fleet.firstProcess(of: id) != nil }
            let process = try #require(fleet.firstProcess(of: id))

            let cutAt = MachineTime.now()
            try network.setUp(false)
            try await waitUntil("its process is dead", within: .seconds(5)) { !ProcessTable.isAlive(process) }
            let now = try await fleet.queue.serverTime().milliseconds
            let score = try await fleet.redis.send(RedisCommand("ZSCORE", fleet.queue.keys.processing, id.text)).string
            let deadline = try #require(score.flatMap { Double($0) })
            #expect(Double(now) < deadline, "the lease had ended before the process was dead")

            let other = try await fleet.start()
            try await fleet.wait(for: 1, .completed, within: .seconds(10))
            #expect(fleet.lines("overlaps").isEmpty)
            other.process.signal(SIGTERM)
            #expect(try await other.waitForExit() == 0)
            let others = try await fleet.enqueue([books.recorded()])
            books.acknowledge(others)
            try network.setUp(true)
            books.note(Disturbance("network down", from: cutAt))
            // TCP itself asks again after a while, but the worker does not wait for that.
            try await fleet.wait(for: 2, .completed, within: .seconds(5))
            #expect(worker.events("outage").count == 1)
            #expect(worker.events("restored").count == 1)
            let job = try await fleet.job(id)
            #expect(job.run == 2 && job.failures == 0)
            _ = try await fleet.requireBalance(of: books, expecting: ["open_server"])
        }
    }
}
