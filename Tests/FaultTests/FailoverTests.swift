import FleetSupport
import QueueKit
import RedisClient
import TestSupport
import TestTraits
import Testing

/// How long connections may go on with a primary that was replaced: until the sentinels are asked the next time.
private enum PrimaryPatience {
    static let longest = Duration.seconds(3)
}

/// A primary that is lost while it is in use, with a replica that Sentinel puts in its place.
@Suite(.fault(.failover), .threeAtATime) struct FailoverTests {
    /// How much of the last moments of a primary its replica may not have heard of.
    private static let replicationLag = Duration.seconds(1)

    @Test(arguments: WatchedPrimary.End.allCases) func aLostPrimaryCostsWhatWasNotReplicated(_ end: WatchedPrimary.End)
        async throws
    {
        let watched = try await WatchedPrimary(downAfter: .seconds(1), .init(appendOnly: true))
        let settings: [ConfigurationKey: String] = [.lease: "6s"]
        try await withFleet(on: watched.first, reachedBy: watched.configuration, settings: settings) { fleet in
            let workers = try await fleet.start(2, count: 4)
            let acknowledged = Acknowledged()
            let producer = Task { await fleet.produce(into: acknowledged) }
            try await waitUntil("it is in full swing") { fleet.lines("ran").count > 100 }

            let lostAt = ContinuousClock.now
            try await watched.end(end)
            try await watched.waitForPromotion()
            // What was acknowledged before this may have come too late to be replicated.
            let lostUntil = end == .replaced ? ContinuousClock.now + PrimaryPatience.longest : lostAt
            let resumed = try await fleet.timeToRun(within: .seconds(20))
            #expect(resumed < .seconds(5))
            if end != .killed {
                // It goes on, or wakes up, as a primary, and is told.
                watched.first.thaw()
                let old = watched.first.connection()
                try await waitUntil("the old primary follows the new one", within: .seconds(60)) {
                    (try? await old.send(RedisCommand("ROLE")))?.array?.first?.string == "slave"
                }
            }
            let before = fleet.lines("ran").count
            try await waitUntil("it is in full swing again", within: .seconds(30)) {
                fleet.lines("ran").count > before + 100
            }
            producer.cancel()
            await producer.value
            try await fleet.waitUntilDrained()

            let ran = fleet.lines("ran")
            let missing = acknowledged.ids.filter { !Set(ran).contains($0.text) }
            for id in missing {
                let time = try #require(acknowledged.time(of: id))
                #expect(lostAt - time < Self.replicationLag, "\(id) was acknowledged long before and did not run")
                #expect(time < lostUntil, "\(id) was acknowledged by the new primary and did not run")
                #expect(try await fleet.queue.job(id) == nil, "\(id) is there and did not run")
            }
            let repeated = Dictionary(grouping: ran, by: { $0 }).filter { $0.value.count > 1 }.keys
            for id in try repeated.map({ try JobID($0) }) {
                guard let time = acknowledged.time(of: id) else { continue }
                // At most what was being run or settled when the primary was lost.
                #expect(lostAt - time < Self.replicationLag + .seconds(2), "\(id) ran twice")
            }
            print(
                """
                \(end): a new job had run \(resumed) after the promotion; acknowledged \(acknowledged.ids.count), \
                lost \(missing.count), run twice \(repeated.count)
                """
            )
            for worker in workers {
                #expect(worker.process.isRunning)
                #expect(worker.events("outage").count <= 2, "\(worker.events("outage").compactMap(\.error))")
                #expect(worker.events("outage").count == worker.events("restored").count)
            }
        }
    }
}
