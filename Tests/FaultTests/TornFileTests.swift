import FleetSupport
import Foundation
import QueueKit
import RedisClient
import TestSupport
import TestTraits
import Testing

/// What is left of an append-only file whose end did not reach the disk.
@Suite(.fault(.appendOnlyFileTorn), .threeAtATime) struct TornFileTests {
    @Test func whatIsLostIsLostWhole() async throws {
        try await withFleet(.init(appendOnly: true)) { fleet in
            let worker = try await fleet.start(count: 8)
            let commands = (0..<400).map { $0 % 4 == 0 ? "exit 1" : "echo out" }
            try await fleet.enqueue(commands) { at, job in
                job.maxRetries = at % 3
                job.backoffCap = .milliseconds(50)
                job.priority = at % 11
                if at % 7 == 0 { job.delay = .milliseconds(300) }
            }
            for number in 0..<50 { try await fleet.push(#"{"id":"pushed-\#(number)","command":"true"}"#) }
            // In the midst of it.
            try await waitUntil("a good part is done", within: .seconds(30)) {
                try await fleet.counts()[.completed] ?? 0 > 150
            }
            fleet.server.kill9()
            worker.process.kill9()

            let file = try fleet.appendOnlyFile()
            let whole = try Data(contentsOf: file)
            var generator = SeededGenerator(seed: 20_300_101)
            for round in 0..<25 {
                let kept = Int.random(in: whole.count / 20..<whole.count, using: &generator)
                fleet.server.kill9()
                try whole.prefix(kept).write(to: file)
                try fleet.server.restart()
                do {
                    try await fleet.checkInvariants()
                } catch {
                    Issue.record("cut after \(kept) of \(whole.count) bytes: \(error)")
                }
                guard round % 12 == 0 else { continue }
                // And the rest runs to its end.
                let next = try await fleet.start(count: 8)
                try await fleet.waitUntilDrained()
                try await fleet.checkInvariants()
                next.process.kill9()
            }
        }
    }

    /// Redis leaves the first commands of a transaction that was cut in its file, and executes them when it starts the next
    /// time. Where nobody has the file written anew, workers repair what comes of it.
    @Test func halfATransactionIsRepaired() async throws {
        try await withFleet(.init(appendOnly: true), settings: [.lease: "3s"]) { fleet in
            let worker = try await fleet.start(count: 4)
            let ids = try await fleet.enqueue(Array(repeating: "exit 1", count: 20)) { _, job in job.maxRetries = 0 }
            try await waitUntil("all are dead") { try await fleet.counts()[.dead] == 20 }
            fleet.server.kill9()
            worker.process.kill9()

            // The last end of a run: the job is in the dead-letter queue, and then the file ends, before the counters.
            let file = try fleet.appendOnlyFile()
            let whole = try Data(contentsOf: file)
            let push = try #require(whole.range(of: Data(":dlq\r\n".utf8), options: .backwards))
            let next = try #require(whole.range(of: Data("\r\n*".utf8), in: push.upperBound..<whole.endIndex))
            try whole.prefix(next.upperBound + 3).write(to: file)
            try fleet.server.restart()
            try await fleet.checkInvariants()
            _ = try await fleet.start(count: 4)
            try await waitUntil("the last is dead again", within: .seconds(30)) {
                try await fleet.counts()[.dead] == 20
            }
            fleet.server.kill9()

            try fleet.server.restart()
            do {
                try await fleet.checkInvariants()
                print("after the second start all is in order: this Redis drops the whole transaction")
            } catch { print("after the second start: \(error)") }
            try await waitUntil("the queue is in order", within: .seconds(60)) {
                (try? await fleet.checkInvariants()) != nil
            }
            #expect(try await fleet.queue.jobs(ids).allSatisfy { $0?.state == .dead })
        }
    }

    @Test func workersThatHaveSeenMoreThanIsLeftAreFencedOff() async throws {
        try await withFleet(.init(appendOnly: true), settings: [.lease: "3s"]) { fleet in
            let books = try TotalQueue(folder: fleet.folder.path)
            let workers = try await fleet.start(2, count: 8)
            for round in 0..<3 {
                let ids = try await fleet.enqueue(Array(repeating: books.recorded("sleep 1"), count: 40))
                try await waitUntil("some are done") {
                    let runs = books.runs().runs
                    return ids.count { runs[$0]?.last?.end != nil } > 5
                }
                let from = MachineTime.now()
                fleet.server.kill9()
                let file = try fleet.appendOnlyFile()
                let whole = try Data(contentsOf: file)
                // Some of the claims and settles of this round, and of the next one some of the enqueues too.
                try whole.prefix(whole.count - (round + 1) * 6000).write(to: file)
                try fleet.server.restart()
                try await fleet.rewriteFile()
                try await fleet.waitUntilDrained()
                books.note(Disturbance("append-only file cut", from: from))
                // What Redis does not know of any more was lost whole; the rest came out.
                for job in try await fleet.queue.jobs(ids).compactMap(\.self) { books.acknowledge([job.id]) }
                try await fleet.checkInvariants()
            }
            // Twice under one number is what a lost claim looks like: Redis knows nothing of the first run, and its worker
            // learns of that with its next heartbeat.
            let report = try await books.check(fleet.queue)
            #expect(report.lost == [])
            print(
                "after three cuts: \(report.duplicates.count) ran again, \(report.overlaps.count) beside the first run"
            )
            #expect(workers.allSatisfy { $0.process.isRunning })
        }
    }
}

extension Fleet {
    fileprivate func appendOnlyFile() throws -> URL {
        let folder = "\(server.folder.path)/appendonlydir"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        guard let name = names.first(where: { $0.hasSuffix(".incr.aof") }) else {
            throw Unexpected("no append-only file")
        }
        return URL(filePath: "\(folder)/\(name)")
    }

    /// Has Redis write its file anew: docs/reliability.md tells why that belongs to a start after a crash.
    fileprivate func rewriteFile() async throws {
        let old = try appendOnlyFile()
        _ = try await redis.send(RedisCommand("BGREWRITEAOF"))
        try await waitUntil("the file was written anew") { !FileManager.default.fileExists(atPath: old.path) }
    }
}
