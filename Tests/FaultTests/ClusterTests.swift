import FleetSupport
import QueueKit
import RedisClient
import TestSupport
import TestTraits
import Testing

/// A queue in a Redis Cluster that changes under it.
@Suite(.fault(.clusterResharding), .threeAtATime) struct ClusterTests {
    @Test func aQueueThatMovesFromNodeToNodeRunsEachJobOnce() async throws {
        let cluster = try await RedisCluster()
        let slot = try await cluster.slot(of: "{default}")
        let first = cluster.owner(of: slot)
        let other = cluster.primaries[(first + 1) % 3]
        // Everybody knows a node that does not have the queue.
        try await withFleet(on: other.server, reachedBy: other.configuration, settings: [.lease: "20s"]) { fleet in
            let workers = try await fleet.start(2, count: 4)
            let acknowledged = Acknowledged()
            let producer = Task { await fleet.produce(into: acknowledged) }
            let pusher = Task {
                var pushed = 0
                while !Task.isCancelled {
                    let document = #"{"id":"pushed-\#(pushed)","command":"\#(fleet.note)"}"#
                    if (try? await fleet.push(document)) != nil { pushed += 1 }
                    try? await Task.sleep(for: .milliseconds(40))
                }
                return pushed
            }
            for move in 0..<4 {
                let before = fleet.lines("ran").count
                try await waitUntil("jobs run", within: .seconds(30)) { fleet.lines("ran").count > before + 50 }
                let (source, target) = (
                    cluster.primaries[(first + move) % 3], cluster.primaries[(first + move + 1) % 3]
                )
                try await cluster.move(slot, from: source, to: target)
            }
            let moved = try await fleet.timeToRun(within: .seconds(20))
            #expect(moved < .seconds(5))
            producer.cancel()
            pusher.cancel()
            await producer.value
            let pushed = await pusher.value
            let expected = acknowledged.ids.count + pushed + 1
            try await fleet.wait(for: expected, .completed, within: .seconds(60))

            let ran = fleet.lines("ran")
            #expect(ran.count == expected && Set(ran).count == expected)
            #expect(try await fleet.queue.rejected(limit: 10).isEmpty)
            for job in try await fleet.jobs(Array(acknowledged.ids)) { #expect(job.run == 1 && job.crashCount == 0) }
            for worker in workers {
                #expect(worker.process.isRunning)
                let said = worker.events().compactMap(\.error)
                #expect(!said.contains { $0.contains("CROSSSLOT") || $0.contains("non local") }, "\(said)")
            }
            #expect(try await fleet.run("doctor", "--queue", "default") <= 1)
            print("moved 4 times: \(expected) jobs, each ran once; a new one ran \(moved) after the last move")
        }
    }

    @Test func aQueueWhoseNodeDiesGoesOnAtItsReplica() async throws {
        let cluster = try await RedisCluster(replicas: true, .init(appendOnly: true))
        let owner = cluster.primaries[cluster.owner(of: try await cluster.slot(of: "{default}"))]
        try await withFleet(on: owner.server, reachedBy: owner.configuration, settings: [.lease: "6s"]) { fleet in
            let workers = try await fleet.start(2, count: 4)
            let acknowledged = Acknowledged()
            let producer = Task { await fleet.produce(into: acknowledged) }
            try await waitUntil("it is in full swing") { fleet.lines("ran").count > 100 }
            owner.server.kill9()
            let lostAt = ContinuousClock.now
            let resumed = try await fleet.timeToRun(within: .seconds(40))
            producer.cancel()
            await producer.value
            try await fleet.waitUntilDrained()
            let ran = fleet.lines("ran")
            let missing = acknowledged.ids.filter { !Set(ran).contains($0.text) }
            for id in missing {
                let time = try #require(acknowledged.time(of: id))
                #expect(lostAt - time < .seconds(1), "\(id) was acknowledged long before and did not run")
            }
            print(
                """
                cluster node killed: a new job had run \(resumed) later (a node counts as gone after 1 s of silence); \
                acknowledged \(acknowledged.ids.count), lost \(missing.count), run twice \(ran.count - Set(ran).count)
                """
            )
            for worker in workers { #expect(worker.process.isRunning) }
        }
    }
}
