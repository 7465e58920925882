import RedisClient
import Synchronization
import TestSupport
import Testing

@testable import QueueKit

/// A system at work has nothing wrong with it, whatever moves while it is looked at.
@Suite struct BusyQueueTests {
    @Test(arguments: [0, 12_000])
    func nothingIsFoundInABusyQueue(backlog: Int) async throws {
        let queue = try await busyQueue(backlog)
        try await amidACrowd(in: queue) {
            for _ in 0..<(backlog > 0 ? 2 : 5) {
                let report = try await queue.check()
                for finding in report.findings where finding.kind.breaksInvariant { Issue.record("\(finding)") }
                #expect(report.isComplete)
            }
        }
        try await queue.checkI1()
    }

    /// At the paces of workers, but for shorter rests: time for much to move between one step and the next.
    @Test(arguments: zip([0, 12_000], [10_000, Int.max]))
    func nothingIsRepairedInABusyQueue(backlog: Int, longestList: Int) async throws {
        let queue = try await busyQueue(backlog)
        let pace = CheckPace(readsHashes: false, longestList: longestList, idleness: 3, longestRest: .milliseconds(5))
        let repairs = Repairs(configuration: queue.configuration) { Issue.record("repaired: \($0)") }
        try await amidACrowd(in: queue) {
            for _ in 0..<(backlog > 0 ? 1 : 3) {
                let report = try await queue.queue.check(pace, repairs: repairs, configuration: queue.configuration)
                #expect(report.isComplete)
            }
        }
        try await queue.checkI1()
    }

    private func busyQueue(_ backlog: Int) async throws -> TestQueue {
        let queue = try TestQueue(on: RedisServer())
        if backlog > 0 {
            try await queue.seedJobs(backlog, state: "pending", index: "pending:5", isList: true)
            try await queue.seedJobs(backlog, state: "dead", index: "dlq", isList: true, named: "d")
        }
        return queue
    }

    private func amidACrowd(in queue: TestQueue, _ body: () async throws -> Void) async throws {
        let end = End()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<3 {
                let crowd = Crowd(queue, number)
                group.addTask { while !end.hasCome.load(ordering: .relaxed) { try await crowd.turn() } }
            }
            try await body()
            end.hasCome.store(true, ordering: .relaxed)
            try await group.waitForAll()
        }
    }
}

private final class End: Sendable {
    let hasCome = Atomic(false)
}

/// A producer, a worker and an operator in one, on a connection of its own.
private final class Crowd: Sendable {
    private let queue: JobQueue
    private let worker: WorkerID
    private let configuration: QueueConfiguration
    private let turns = Atomic<Int64>(0)

    init(_ queue: TestQueue, _ number: Int) {
        self.queue = queue.through(queue.server.connection())
        worker = WorkerID(host: "crowd", pid: Int32(number), random: "x")
        configuration = queue.configuration
    }

    func turn() async throws {
        let turn = turns.add(1, ordering: .relaxed).newValue
        // What is finished stays: enough is enough to look through.
        guard turn < 300 else { return try await Task.sleep(for: .milliseconds(10)) }
        let jobs = (0..<12).map { number in
            var document = JobDocument(command: "true")
            document.priority = number % 11
            if number % 4 == 0 { document.delay = .milliseconds(number) }
            return NewJob(document)
        }
        _ = try await queue.enqueue(jobs, configuration: configuration)
        _ = try await queue.cancel([jobs[0].id, jobs[1].id])
        _ = try await queue.delete([jobs[0].id, jobs[2].id])
        let claim = try await queue.claim(
            ClaimRequest(worker: worker, number: turn, slots: 10, configuration: configuration)
        )
        _ = try await queue.settle(
            claim.jobs.enumerated().map { at, claimed in
                let outcomes: [Settlement.Outcome] = [
                    .completed, .dead, .retry(after: .milliseconds(5)), .released, .completed,
                ]
                return Settlement(id: claimed.job.id, token: claimed.token, outcome: outcomes[at % outcomes.count])
            },
            configuration: configuration
        )
        if turn.isMultiple(of: 10) { _ = try await queue.retryAll(limit: 20) }
    }
}
