import Foundation
import QueueScripts
import QueueTestSupport
import RedisClient
import Testing

@testable import QueueKit

/// Queues as older releases have left them, and this one too, are read by this release.
@Suite struct KeptQueueTests {
    @Test(arguments: try KeptQueue.all())
    func aQueueOfAnEarlierReleaseIsWhole(kept: KeptQueue) async throws {
        let queue = try TestQueue()
        try await kept.load(into: queue.queue, redis: queue.redis)
        let found = try await queue.check().findings.filter { ![.work, .leftovers].contains($0.kind.area) }
        #expect(found.map { queue.line($0) } == ["prepared_hashes prepared"])
        try await queue.checkI1()
        for job in try await queue.queue.list(limit: 1000) { #expect(job.corrupt == nil && job.unknownFields.isEmpty) }
        let attempts = try await queue.queue.attempts(of: id("after-retry"))
        #expect(attempts.map(\.outcome) == ["completed", "retry"])
        let log = try await queue.queue.log(of: id("dead"), run: 1)
        #expect(log.map(\.data) == [Array("line\n".utf8), [0, 255, 10]] && log.map(\.droppedBytes) == [0, 10])
    }

    /// What this release writes is kept, for those that come after it. Made by
    /// `QUEUECTL_KEEP=0.1.0 make test TESTS=KeptQueueTests` when a release is made.
    @Test func thisReleaseWritesWhatItKeeps() async throws {
        let queue = try TestQueue()
        let ids = try await KeptQueue.fill(queue.queue, redis: queue.redis)
        try await queue.checkI1()
        let states = Set(try await queue.queue.jobs(ids.map { try id($0) }).compactMap { $0?.state })
        #expect(states == Set(JobState.allCases))
        #expect(try await queue.send("LRANGE", "R:suspects", "0", "-1").texts == ["suspect"])
        #expect(try await queue.send("LRANGE", "R:elsewhere", "0", "-1").texts == ["elsewhere"])
        guard let release = ProcessInfo.processInfo.environment["QUEUECTL_KEEP"] else { return }
        let text = try await KeptQueue.text(of: queue.queue, redis: queue.redis, release: release)
        let file = KeptQueue.folder.appending(path: "schema-\(QueueKeys.schema)/\(release).redis")
        try text.write(to: file, atomically: true, encoding: .utf8)
    }

    @Test func aKeptQueueIsWrittenAsItWas() async throws {
        let queue = try TestQueue()
        _ = try await KeptQueue.fill(queue.queue, redis: queue.redis)
        let text = try await KeptQueue.text(of: queue.queue, redis: queue.redis, release: "x")
        let file = FileManager.default.temporaryDirectory.appending(path: "\(queue.queue.name).redis")
        try text.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let other = try TestQueue()
        try await KeptQueue(file: file).load(into: other.queue, redis: other.redis)
        #expect(try await other.snapshot() == queue.snapshot())
    }

    @Test func theSchemaIsTheSameEverywhere() {
        #expect(QueueScript.enqueue.source.contains("local SCHEMA = '\(QueueKeys.schema)'"))
    }
}
