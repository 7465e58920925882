import Foundation
import RedisClient
import TestSupport
import TestTraits
import Testing

@testable import QueueKit

/// Nothing holds Redis up for as long as 10 ms, whatever waits in it.
///
/// 20,000 jobs each of four states, or as many as `QUEUECTL_TEST_JOBS` says: `make faults` asks for a million, with nothing
/// else running. Beside other tests a script waits for a processor as long as it runs: there only the usual one is judged.
@Suite(.fault(.fullQueue), .serialized) struct ScriptLatencyTests {
    private static let limit = 10_000  // microseconds
    private static let size = ProcessInfo.processInfo.environment["QUEUECTL_TEST_JOBS"].flatMap { Int($0) } ?? 20_000
    private static let isFull = size >= 1_000_000
    private static let rounds = isFull ? 200 : 10
    /// What so many in a hundred calls have to stay under.
    private static let percent = isFull ? 99 : 50
    /// A busy machine takes the processor away for longer than that now and then. What is too slow by itself is so each time.
    private static let attempts = 3

    @Test(arguments: [false, true])
    func everyScriptTakesLessThanTenMilliseconds(appendOnly: Bool) async throws {
        let test = try TestQueue(on: RedisServer())
        try await test.fill(Self.size)
        _ = try await QueueFunctions(redis: test.redis).install()
        if appendOnly { try await appendOnlyFile(of: test) }
        let log = try await SlowLog(test.redis, ScriptTour.scripts)
        let tour = ScriptTour(test, size: Self.size)
        // The first round is for what is made once: lists, scripts, the pages of a new table.
        try await tour.round()
        var slow: [String] = []
        for attempt in 1...Self.attempts {
            // So that there is no end of due jobs, however many come at once.
            let fill = QueueFill(test.redis, prefix: test.keys.prefix)
            try await fill.scheduled(250 * Self.rounds, named: "s\(attempt)-")
            slow = try await measure(tour, log)
            if slow.isEmpty { break }
        }
        #expect(slow == [])
        for look in try await test.queue.counters() { #expect(look.counted == look.real, "\(look.state)") }
    }

    /// Goes round, and returns what was too slow.
    private func measure(_ tour: ScriptTour, _ log: SlowLog) async throws -> [String] {
        let before = tour.calls
        try await log.start()
        for _ in 0..<Self.rounds { try await tour.round() }
        let times = try await log.stop()
        var slow: [String] = []
        for (name, count) in tour.calls.sorted(by: { $0.key < $1.key }) {
            let calls = count - (before[name] ?? 0)
            let logged = times[name] ?? .init()
            let most = logged.percentile(Self.percent, of: calls)
            let over = logged.logged.count { $0 >= Self.limit }
            print(
                "\(name): \(calls) calls, median \(logged.percentile(50, of: calls)) us, \(Self.percent) % \(most) us, longest",
                "\(logged.logged.last ?? 1000) us, over 10 ms \(over)"
            )
            if most >= Self.limit { slow.append("\(name): \(most) us") }
        }
        for (name, logged) in times where tour.calls[name] == nil {
            let over = logged.logged.count { $0 >= Self.limit }
            if over > Self.rounds / 10 { slow.append("\(over) times \(name)") }
        }
        return slow
    }

    private func appendOnlyFile(of test: TestQueue) async throws {
        try await test.send("CONFIG", "SET", "appendonly", "yes")
        try await waitUntil("the append-only file is there", within: .seconds(120)) {
            let info = try await test.send("INFO", "persistence").string ?? ""
            return info.contains("aof_rewrite_in_progress:0") && info.contains("aof_rewrite_scheduled:0")
        }
    }
}
