import QueueTestSupport
import RedisClient
import TestSupport
import Testing

@testable import QueueKit

/// What workers do by themselves to find damage and to repair it.
@Suite struct SweepTests {
    private let heartbeat = Duration.seconds(10)

    private func turn(_ queue: TestQueue, of worker: WorkerID = workerA, hasSwept: Bool = false) async throws
        -> SweepTurn
    {
        try await queue.queue.sweepTurn(of: worker, heartbeat: heartbeat, hasSwept: hasSwept)
    }

    @Test func oneWorkerAtATimeHasTheTurn() async throws {
        let queue = try TestQueue()
        #expect(try await turn(queue).isOurs)
        #expect(try await !turn(queue, of: workerB).isOurs)
        #expect(try await turn(queue).isOurs)
        try await setBack("sweeper_at", by: 29, queue)
        #expect(try await !turn(queue, of: workerB).isOurs)
        try await setBack("sweeper_at", by: 31, queue)
        #expect(try await turn(queue, of: workerB).isOurs)
        #expect(try await !turn(queue).isOurs)
        // A clock that was put back holds nobody off.
        try await setBack("sweeper_at", by: -3600, queue)
        #expect(try await turn(queue).isOurs)
    }

    @Test func howLongAgoEverythingWasLookedAtIsKnownToWhoeverComesNext() async throws {
        let queue = try TestQueue()
        #expect(try await turn(queue).since == .zero, "a queue begins without damage")
        try await setBack("swept_at", by: 700, queue)
        try await setBack("sweeper_at", by: 31, queue)
        #expect(try await turn(queue, of: workerB).since >= .seconds(700))
        #expect(try await turn(queue, of: workerB, hasSwept: true).since == .zero)
        try await setBack("swept_at", by: -3600, queue)
        #expect(try await turn(queue, of: workerB).since == .zero)
    }

    private func setBack(_ field: String, by seconds: Int64, _ queue: TestQueue) async throws {
        let now = try await queue.queue.serverTime().milliseconds
        try await queue.send("HSET", "R:meta", field, String(now - seconds * 1000))
    }

    @Test func whatTheFiguresDisagreeAboutIsTold() async throws {
        let queue = try TestQueue()
        for (number, state) in JobState.allCases.filter({ $0 != .pending }).enumerated() {
            try await queue.bring(state.rawValue, to: state, number: Int64(number + 1))
        }
        try await queue.enqueue("pending")
        #expect(try await turn(queue).differences.isEmpty)
        try await queue.seed(
            "LREM R:pending:5 0 pending",
            "ZREM R:processing processing",
            "HSET R:intake 7 {}"
        )
        try await queue.send("HSET", "R:stale", "dlq ghost", "1")
        #expect(try await turn(queue).differences == ["pending": 1, "processing": 1, "marks": -1, "intake": 1])
        #expect(try await turn(queue, of: workerB).differences.isEmpty, "it is not its turn")
    }

    @Test func askingForTheTurnChangesNoJobAndKeepsItsHandsOffANewerSchema() async throws {
        let queue = try TestQueue()
        try await queue.enqueue("a")
        try await queue.seed("SET R:dlq x")
        let before = try await queue.snapshot()
        await #expect(throws: QueueError.self) { _ = try await turn(queue) }
        #expect(try await queue.snapshot() == before)
        try await queue.seed("DEL R:dlq", "HSET R:meta schema 2")
        let error = await #expect(throws: QueueError.self) { _ = try await turn(queue) }
        #expect(error?.code == .newerSchema)
    }

    @Test(arguments: Damage.repairable, [false, true])
    func aSweepRepairsWhatTheDoctorRepairs(damage: Damage, urgently: Bool) async throws {
        let queue = try TestQueue()
        try await damage.make(in: queue.queue, redis: queue.redis, configuration: queue.configuration)
        var repaired: [Finding] = []
        try await sweep(queue, urgently: urgently) { repaired.append($0) }
        #expect(!repaired.isEmpty)
        try await queue.checkI1()
        #expect(try await queue.jobs() == damage.afterwards)
        #expect(try await queue.queue.rejected(limit: 9).count == damage.rejected)
        let status = try await queue.queue.status(heartbeat: heartbeat)
        #expect(status.totals["repaired"] == repaired.count)
        #expect(try #require(status.repairedAt) <= status.now)
        try await sweep(queue, urgently: urgently) { Issue.record("repaired again: \($0)") }
    }

    private func sweep(_ queue: TestQueue, urgently: Bool, onRepair: @escaping (Finding) -> Void) async throws {
        let repairs = Repairs(configuration: queue.configuration, onRepair: onRepair)
        let pace = urgently ? CheckPace.urgent : .background
        _ = try await queue.queue.check(pace, repairs: repairs, configuration: queue.configuration)
    }

    @Test func aLongListIsLookedThroughOnlyWhenSomethingIsKnownToBeWrong() async throws {
        let queue = try TestQueue(on: RedisServer())
        try await queue.seedJobs(12_000, state: "pending", index: "pending:5", isList: true)
        try await queue.seedStale(3, in: "pending:5")
        try await queue.seed("LREM R:pending:5 1 j6000")
        try await sweep(queue, urgently: false) { Issue.record("repaired: \($0)") }
        var repaired: [Finding] = []
        try await sweep(queue, urgently: true) { repaired.append($0) }
        #expect(repaired.map { queue.line($0) } == ["job_without_entry j6000", "counter_off pending"])
        #expect(try await queue.send("LLEN", "R:pending:5").int == 12_003)
        try await queue.checkI1()
    }

    @Test func aJobThatTwoHaveMissedIsPutIntoALongListOnce() async throws {
        let queue = try TestQueue(on: RedisServer())
        try await queue.seedJobs(12_000, state: "pending", index: "pending:5", isList: true)
        try await queue.seed("LREM R:pending:5 1 j6000")
        let one = try await queue.check().findings
        let other = try await queue.check().findings
        let repairs = Repairs(configuration: queue.configuration) { _ in }
        #expect(try await queue.queue.repair(one, repairs).map(\.kind) == [.jobWithoutEntry, .counterOff])
        #expect(try await queue.queue.repair(other, repairs).isEmpty)
        try await queue.checkI1()
    }

    @Test func aListThatIsLostIsPutTogetherAgainInOnePass() async throws {
        let queue = try TestQueue(on: RedisServer())
        try await queue.seedJobs(3500, state: "pending", index: "pending:5", isList: true)
        try await queue.seed("DEL R:pending:5")
        var check = QueueCheck(
            queue.queue,
            pace: .urgent,
            repairs: Repairs(configuration: queue.configuration) { _ in },
            onProgress: { _ in }
        )
        let report = try await check.run(queue.configuration)
        #expect(check.repairedCount >= 2500)
        #expect(report.omitted == 0)
        _ = try await queue.queue.repair(report.findings, Repairs(configuration: queue.configuration) { _ in })
        #expect(try await queue.send("LLEN", "R:pending:5").int == 3500)
        try await queue.checkI1()
    }

    /// A counter of marks can be off by the same amount in two looks by chance, when marks come and go.
    @Test func aCounterOfMarksIsNotChangedByARepairThatIsNotTrue() async throws {
        let queue = try TestQueue()
        try await queue.seedStale(3, in: "dlq")
        let finding = Finding(
            .counterOff,
            in: queue.queue.name,
            "stale:dlq",
            "it seems so",
            repair: Repair(action: .marks, place: "dlq", object: "1")
        )
        #expect(try await queue.queue.repair([finding], Repairs(configuration: queue.configuration) { _ in }).isEmpty)
        try await queue.checkI1()
    }
}
