import QueueTestSupport
import Testing

@testable import QueueKit

/// What breaks invariant I1 is found, repaired, and gone.
@Suite struct RepairTests {
    @Test(arguments: Damage.repairable)
    func damageIsFoundRepairedAndGone(damage: Damage) async throws {
        let queue = try TestQueue()
        try await damage.make(in: queue.queue, redis: queue.redis, configuration: queue.configuration)
        let found = try await queue.check()
        #expect(found.isComplete)
        let told = found.findings.filter { $0.kind.area != .work }.map { queue.line($0) }.sorted()
        #expect(told == damage.findings.sorted())
        #expect(!found.findings.contains { $0.kind.breaksInvariant && !$0.isFixable })
        let before = try await queue.stored().count
        #expect(try await queue.check().findings == found.findings, "looking must change nothing")
        #expect(try await queue.stored().count == before)

        let repaired = try await queue.check(repairs: true)
        #expect(repaired.repaired.count >= damage.findings.filter { !$0.hasPrefix("wrong_type") }.count - 1)
        try await queue.checkI1()
        #expect(try await queue.jobs() == damage.afterwards)
        #expect(try await queue.queue.rejected(limit: 9).count == damage.rejected)

        let state = try await queue.snapshot()
        #expect(try await queue.check(repairs: true).repaired.isEmpty)
        #expect(try await queue.snapshot() == state)
    }

    @Test func aLeaseThatIsGivenBackIsOverUnlessItsWorkerIsAlive() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a", "b")
        try await queue.claim(1, by: workerA)
        try await queue.claim(1, by: workerB)
        try await queue.renew("b", by: workerB)
        try await queue.send("DEL", "R:processing")
        #expect(try await queue.check(repairs: true).repaired.count { $0.kind == .jobWithoutLease } == 2)
        try await queue.allowReap()
        #expect(try await queue.claim(0, by: workerB, number: 2).recovered.map(\.text) == ["a"])
        #expect(try await queue.renew("b", by: workerB) == .ok)
        try await queue.checkI1()
    }

    @Test func whatRunsAgainWhileItIsCheckedIsNotTouched() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a")
        try await queue.seed("LREM R:pending:5 0 a")
        let findings = try await queue.check().findings
        // Somebody else puts it back before the repair.
        try await queue.seed("RPUSH R:pending:5 a")
        #expect(try await queue.queue.repair(findings, Repairs(configuration: queue.configuration) { _ in }).isEmpty)
        try await queue.checkI1()
    }

    @Test func whatCannotBeRepairedIsTold() async throws {
        let queue = try TestQueue()
        try await queue.bring("lost", to: .completed)
        try await queue.bring("odd", to: .pending)
        try await queue.bring("bad", to: .dead, number: 2)
        try await queue.seed(
            "HDEL R:job:lost state",
            "ZREM R:completed lost",
            "HSET R:job:odd state nonsense",
            "HSET R:job:bad max_retries many",
            "HSET R:job:new state completed command x shiny 1 priority 5",
            "ZADD R:completed 1 new",
            "HSET R:job:prepared command x",
            "SET R:novelty 1",
            "SET R:history:1 x"
        )
        let report = try await queue.check(repairs: true)
        let told = Set(report.findings.filter { $0.kind.area != .work }.map { queue.line($0) })
        #expect(
            told == [
                "missing_state lost", "unknown_state odd", "damaged_field bad", "unknown_fields new",
                "prepared_hashes prepared", "unknown_key R:novelty", "wrong_type R:history:1",
            ]
        )
        #expect(report.findings.allSatisfy { !$0.remedy.isEmpty && !$0.isFixable })
    }

    @Test func aKeyOfAnotherTypeOrSchemaEndsTheCheckWithThat() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a")
        try await queue.seed("SET R:failed x")
        var report = try await queue.check(repairs: true)
        #expect(report.findings.map { queue.line($0) } == ["wrong_type R:failed"] && !report.isComplete)
        try await queue.seed("DEL R:failed", "HSET R:meta schema 2")
        report = try await queue.check(repairs: true)
        #expect(report.findings.map(\.kind) == [.newerSchema] && !report.isComplete)
    }

    @Test func howTheQueueIsDoingIsTold() async throws {
        let queue = try TestQueue()
        try await queue.bring("d", to: .dead)
        try await queue.bring("r", to: .processing, number: 2)
        try await queue.enqueue("a")
        try await queue.move("r", in: "processing", to: -3600)
        try await queue.seed("XADD R:rejected 1-0 reason no raw x length 1")
        _ = try await queue.queue.pause()
        let report = try await queue.check()
        #expect(report.findings.map(\.kind) == [.noWorkers, .paused, .rejectedPushes, .deadJobs, .overdueLeases])
        try await queue.renew("r")
        #expect(try await !queue.check().findings.map(\.kind).contains(.noWorkers))
    }
}

extension TestQueue {
    /// A finding as `<code> <object>`, with `R:` for the prefix of this queue's keys.
    func line(_ finding: Finding) -> String {
        "\(finding.kind.rawValue) \(finding.object.replacing(keys.prefix, with: "R:"))"
    }

    /// Jobs by state, by the counters.
    func jobs() async throws -> [JobState: Int] {
        try await queue.status(heartbeat: .seconds(10)).jobs.filter { $0.value != 0 }
    }
}
