import FleetSupport
import Foundation
import QueueKit
import RedisClient
import TestSupport
import TestTraits
import Testing

@Suite(.fault(.appendOnlyDiskFull), .threeAtATime) struct DiskFullTests {
    @Test func settlesAreKeptWhileTheDiskIsFullAndItRecoversAlone() async throws {
        let disk = try SmallDisk(megabytes: 8)
        defer { disk.remove() }
        let options = RedisServer.Options(appendOnly: true, configuration: ["dir \(disk.path)"])
        try await withFleet(options, settings: [.lease: "3s"]) { fleet in
            let books = try TotalQueue(folder: fleet.folder.path)
            let workers = try await fleet.start(2, count: 10)
            let ids = try await fleet.enqueue(Array(repeating: books.recorded("sleep 3"), count: 20))
            books.acknowledge(ids)
            try await waitUntil("all run") { books.runs().runs.count == 20 }

            try disk.fill()
            try await waitUntil("Redis refuses to write") {
                do throws(RedisError) {
                    _ = try await fleet.redis.send(RedisCommand("SET", "probe", String(repeating: "x", count: 5000)))
                    return false
                } catch {
                    return error.description.contains("MISCONF")
                }
            }
            await #expect { try await fleet.enqueue([fleet.note]) } throws: { error in
                (error as? QueueError)?.code == .refused
            }
            // What can be renewed no longer is stopped in time; what has ended by then is kept.
            try await waitUntil("no job runs any more") { fleet.processes().allSatisfy { !$0.isJob } }
            try await Task.sleep(for: .seconds(3))
            try disk.free()
            // Nobody has to do anything: it writes again within a second, and workers go on.
            books.acknowledge(
                try await patiently("enqueue works again", within: .seconds(5)) {
                    try await fleet.enqueue([books.recorded()])
                }
            )
            try await fleet.wait(for: 21, .completed, within: .seconds(20))
            books.note(Disturbance("disk full", from: MachineTime(ticks: 0)))
            #expect(try await fleet.jobs(ids).allSatisfy { $0.crashCount == 0 && $0.failures == 0 })
            #expect(workers.allSatisfy { $0.process.isRunning })
            _ = try await fleet.redis.send(RedisCommand("DEL", "probe"))
            _ = try await fleet.requireBalance(of: books)
        }
    }
}
