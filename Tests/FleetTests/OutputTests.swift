import FleetSupport
import Foundation
import QueueKit
import RedisClient
import TestSupport
import TestTraits
import Testing

/// Jobs that print: from one process to another while they run, and without end.
@Suite(.threeAtATime) struct OutputTests {
    @Test func anotherProcessFollowsWhileTheJobRuns() async throws {
        try await withFleet(.init(tcp: true)) { fleet in
            let f = fleet.folder.path
            let command = "echo one; while [ ! -e \(f)/go ]; do sleep 0.05; done; echo two; exit 4"
            let id = try await fleet.enqueue([command]) { $1.maxRetries = 0 }[0]
            // It begins before there is a worker, on a connection of another kind.
            let redis = try fleet.server.tcpConfiguration()
            let follower = try fleet.command(["logs", id.text, "-f"], redis: redis, output: "\(f)/followed")
            try await fleet.start()
            try await waitUntil("the first line is there", within: .seconds(30)) { fleet.lines("followed") == ["one"] }
            #expect(try await fleet.job(id).state == .processing && follower.isRunning)
            #expect(FileManager.default.createFile(atPath: "\(f)/go", contents: nil))
            try await waitUntil("it ends by itself", within: .seconds(30)) { follower.exitCode != nil }
            #expect(follower.exitCode == 0)
            #expect(fleet.lines("followed") == ["one", "two"])
            #expect(try await fleet.job(id).state == .dead)
        }
    }

    /// Ten seconds of as much as the machine can print. `dd` tells how much that was.
    // In the foreground: else dd gets INT twice, and the second one may end it before it has told its total.
    @Test(.fault(.outputFlood), arguments: ["timeout 10 yes", "timeout --foreground -s INT 10 dd if=/dev/zero bs=64k"])
    func aFloodIsBoundedExactAndHoldsNothingUp(command: String) async throws {
        let cap = 65_536
        try await withFleet(settings: [.lease: "3s"]) { fleet in
            let worker = try await fleet.start(count: 2)
            try await fleet.enqueue(["echo warm; sleep 0.3"])
            try await fleet.wait(for: 1, .completed)
            let before = ProcessTable.ownBytes(of: worker.pid)
            let id = try await fleet.enqueue(["\(command); exit 0"])[0]
            try await fleet.wait(for: 1, .processing)
            let log = fleet.queue.keys.log(id, run: 1)
            var peak = 0
            var longestSilence: Int64 = 0
            var stored = 0
            while try await fleet.job(id).state == .processing {
                peak = max(peak, ProcessTable.ownBytes(of: worker.pid))
                let beat = try await fleet.redis.send(
                    RedisCommand("ZRANGE", fleet.queue.keys.workers, "0", "0", "WITHSCORES")
                ).array?.last?.string.flatMap { Double($0) }
                let now = try await fleet.queue.serverTime().milliseconds
                longestSilence = max(longestSilence, now - Int64(try #require(beat)))
                stored = max(stored, Int(try await fleet.redis.send(RedisCommand("MEMORY", "USAGE", log)).int ?? 0))
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect(peak - before < 20_000_000, "the worker grew by \(peak - before) bytes")
            #expect(longestSilence < 2250, "the leases were not renewed for \(longestSilence) ms")
            #expect(stored < 2 * cap, "the log took \(stored) bytes in Redis")
            let job = try await fleet.job(id)
            #expect(job.state == .completed && job.run == 1)

            let entries = try await fleet.queue.log(of: id, run: 1)
            #expect(entries.reduce(0) { $0 + $1.data.count } <= cap)
            let out = entries.filter { $0.stream == .stdout }
            let isYes = command.hasSuffix("yes")
            for entry in out {
                let expected = entry.data.indices.map { at -> UInt8 in
                    isYes ? ((entry.offset + at) % 2 == 0 ? UInt8(ascii: "y") : UInt8(ascii: "\n")) : 0
                }
                #expect(entry.data == expected)
            }
            let total = out.reduce(0) { $0 + $1.data.count + $1.droppedBytes }
            #expect(total > 10_000_000 && out.first?.offset == 0)
            guard !isYes else { return }
            // "12345 bytes (12 kB, ...) copied"
            let said = String(decoding: entries.filter { $0.stream == .stderr }.flatMap(\.data), as: UTF8.self)
            let written = said.firstMatch(of: #/(\d+) bytes/#).flatMap { Int($0.1) }
            #expect(total == written, "\(said)")
        }
    }

    @Test(.fault(.outputFlood)) func twoHundredRunsThatPrintAtOnceNeedLittleMemory() async throws {
        try await withFleet { fleet in
            let worker = try await fleet.start(count: 200)
            let flood = "for i in 1 2 3 4 5 6 7 8; do head -c 200000 /dev/zero; sleep 0.2; done"
            try await fleet.enqueue(Array(repeating: flood, count: 200))
            var peak = 0
            while try await fleet.redis.send(RedisCommand("ZCARD", fleet.queue.keys.completed)).int ?? 0 < 200 {
                peak = max(peak, ProcessTable.ownBytes(of: worker.pid))
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(peak < 60_000_000, "the worker had \(peak) bytes")
            for job in try await fleet.queue.list(.completed, limit: 200) {
                let entries = try await fleet.queue.log(of: job.id, run: 1)
                #expect(entries.reduce(0) { $0 + $1.data.count + $1.droppedBytes } == 1_600_000)
            }
        }
    }
}
