import RedisClient
import Synchronization
import TestSupport
import Testing

@testable import QueueKit

@Suite(.timeLimit(.minutes(1))) struct JobWaitTests {
    let queue: TestQueue

    init() throws { queue = try TestQueue(on: RedisServer()) }

    private func wait(_ ids: [String], for goal: JobGoal = .ended) throws -> JobWait {
        let targets = try ids.map { JobWatch.Target(try JobID($0), in: queue.queue.name) }
        return try JobWait(targets, for: goal, in: QueueDirectory(redis: queue.redis))
    }

    /// Waits to the end, and says in a line for each job what was found.
    private func found(_ ids: String..., goal: JobGoal = .ended) async throws -> [String] {
        var lines: [String] = []
        let left = try await wait(ids, for: goal).run { event in
            guard case .found(let result, let place) = event else { return }
            switch result {
            case .reached(let job): lines.append("\(ids[place]) reached \(job.state?.rawValue ?? "")")
            case .never(let job): lines.append("\(ids[place]) never, \(job.state?.rawValue ?? "")")
            case .gone: lines.append("\(ids[place]) gone")
            }
        }
        #expect(left.isEmpty)
        return lines
    }

    @Test(arguments: [JobState.completed, .dead, .cancelled])
    func whatIsOverIsFoundAtOnce(state: JobState) async throws {
        try await queue.bring("a", to: state)
        #expect(try await found("a", "b") == ["a reached \(state)", "b gone"])
        #expect(try await found("a", goal: JobGoal([state])) == ["a reached \(state)"])
        #expect(try await found("a", goal: JobGoal([.processing])) == ["a never, \(state)"])
    }

    @Test func aStateThatLastsNoTimeIsSeen() async throws {
        try await queue.enqueue("a")
        let before = try await reads()
        async let found = found("a", goal: JobGoal([.processing]))
        try await hasBegun(since: before)
        try await queue.claim(1)
        try await queue.settle("a", .completed)
        #expect(try await found == ["a reached completed"])
    }

    @Test func aRetryIsNoEndAndADeletedJobIsGone() async throws {
        try await queue.enqueue("a", "b")
        let before = try await reads()
        async let found = found("a", "b")
        try await hasBegun(since: before)
        try await queue.claim(2)
        try await queue.settle("a", .retry(after: .zero))
        try await queue.settle("b", .retry(after: .seconds(600)))
        try await queue.claim(1, number: 2)
        try await queue.settle("a", .dead, number: 2)
        _ = try await queue.queue.delete([id("b")])
        #expect(try await found == ["a reached dead", "b gone"])
    }

    /// Subscribe, then read: whatever comes between is told by the one or the other. A wait that missed its job's end
    /// would only look again after half a minute.
    @Test func noEndIsMissedHoweverItFalls() async throws {
        let rounds = 300
        let ids = (0..<rounds).map { "j\($0)" }
        for id in ids { try await queue.enqueue(id) }
        let clock = ContinuousClock()
        let start = clock.now
        for (number, id) in ids.enumerated() {
            async let end: Void = {
                try await queue.claim(1, number: Int64(number + 1))
                try await queue.settle(id, .completed, number: Int64(number + 1))
            }()
            let lines = try await found(id)
            #expect(lines == ["\(id) reached completed"])
            try await end
        }
        #expect(clock.now - start < .seconds(25))
    }

    @Test func aCancelledWaitSaysWhatIsOpen() async throws {
        try await queue.enqueue("a", "b")
        try await queue.bring("c", to: .cancelled)
        let wait = try wait(["a", "c", "b"])
        let (told, teller) = AsyncStream.makeStream(of: Void.self)
        let task = Task { try await wait.run { _ in teller.yield() } }
        for await _ in told { break }
        task.cancel()
        #expect(try await task.value == [0, 2])
    }

    /// How often a field of a hash was read on this server.
    private func reads() async throws -> Substring? {
        let stats = try await queue.redis.send(RedisCommand("INFO", "commandstats")).string ?? ""
        return stats.split(separator: "\r\n").first { $0.hasPrefix("cmdstat_hget:") }?.prefix { $0 != "," }
    }

    /// Waits until a wait has read the states, which it does once it listens.
    private func hasBegun(since before: Substring?) async throws {
        try await waitUntil("a wait has begun") { try await reads() != before }
    }
}
