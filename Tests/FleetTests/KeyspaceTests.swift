import FleetSupport
import QueueKit
import RedisClient
import TestSupport
import TestTraits
import Testing

/// Each key has something that bounds it.
@Suite(.threeAtATime) struct KeyspaceTests {
    @Test func everyKeyIsAccountedFor() async throws {
        let settings: [ConfigurationKey: String] = [
            .retentionCount: "20", .rejectedMax: "5", .dlqRetentionCount: "5", .outputCap: "4KiB",
        ]
        try await withFleet(settings: settings) { fleet in
            let commands = ["true", "echo out", "exit 3", "[ $QUEUECTL_ATTEMPT -gt 1 ]", "seq 1 5000"]
            try await fleet.enqueue((0..<100).map { commands[$0 % commands.count] }) { at, document in
                document.maxRetries = at % 2
                document.backoffBase = 1
            }
            let late = try await fleet.enqueue(Array(repeating: "true", count: 30)) { _, document in
                document.delay = .seconds(600)
            }
            for number in 0..<10 { try await fleet.push("no-such-hash-\(number)") }
            _ = try await fleet.queue.cancel(late)
            try await fleet.start(count: 4)
            try await waitForTheEnd(fleet)
            let kinds = try await fleet.checkKeyspace()
            print("keys by kind: \(kinds.sorted { $0.key < $1.key })")
            #expect(Set(["job", "attempts", "log", "history", "request", "dlq", "rejected"]).isSubset(of: kinds.keys))
            _ = try await fleet.redis.send(RedisCommand("SET", fleet.queue.keys.prefix + "forgotten", "x"))
            await #expect(throws: Unexpected.self) { try await fleet.checkKeyspace() }
            _ = try await fleet.redis.send(RedisCommand("DEL", fleet.queue.keys.prefix + "forgotten"))
        }
    }

    /// Until everything has ended, and retention has caught up: a claim a second keeps house.
    private func waitForTheEnd(_ fleet: Fleet) async throws {
        try await waitUntil("all has ended and the oldest are gone", within: .seconds(60)) {
            try await fleet.counts() == [.completed: 20, .cancelled: 20, .dead: 5]
        }
    }
}
