import QueueKit
import RedisClient
import Testing

/// `status`.
@Suite struct StatusTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    @Test func emptyQueueSaysHowToBegin() async throws {
        let outcome = try await bench.run("status")
        #expect(outcome.status == 0)
        #expect(
            outcome.out == """
                Redis \(bench.url)?db=0  no workers

                QUEUE    PENDING  SCHEDULED  PROCESSING  COMPLETED  FAILED  DEAD  CANCELLED
                default        0          0           0          0       0     0          0

                QUEUE    STATE    WORKERS  OLDEST  DONE/FAILED 1M   5M  15M  REJECTED
                default  running        0       -             0/0  0/0  0/0         0

                No jobs yet. Add one: queuectl enqueue --command "echo Hello"

                """
        )
    }

    @Test func allStatesAreCountedPerQueueWithWhatNeedsAttention() async throws {
        for state in JobState.allCases where state != .pending { try await bench.add("j-\(state)", in: state) }
        let mail = try bench.directory.queue(QueueName("mail"))
        try await bench.add("m1", "m2", to: mail)
        _ = try await mail.pause()
        let outcome = try await bench.run("status")
        let lines = outcome.lines.map(\.normalized)
        #expect(lines[2] == "QUEUE    PENDING  SCHEDULED  PROCESSING  COMPLETED  FAILED  DEAD  CANCELLED")
        #expect(lines[3] == "default        0          1           1          1       1     1          1")
        #expect(lines[4] == "mail           2          0           0          0       0     0          0")
        #expect(lines[5] == "all            2          1           1          1       1     1          1")
        #expect(lines.contains(#"! 1 dead job in "default". queuectl dlq list"#))
        #expect(lines.contains(#"! 2 jobs wait in "mail" and no worker runs. queuectl worker start --queue mail"#))
        #expect(lines.contains(#"! "mail" was paused AGO: no jobs are handed out. queuectl resume --queue mail"#))
    }

    @Test func statusInJSONIsOneObject() async throws {
        try await bench.add("a", in: .completed)
        try await bench.add("b")
        let status = try await bench.run("status", "--json").out.json()
        #expect(status.names == ["redis", "namespace", "time", "jobs", "queues", "workers", "warnings"])
        #expect(status["jobs"]?.names == JobState.allCases.map(\.rawValue))
        #expect(status["jobs"]?["completed"] == .number("1"))
        guard case .array(let queues) = status["queues"], let queue = queues.first else {
            throw CallError(description: "no queues")
        }
        #expect(
            queue.names == [
                "queue", "jobs", "incoming", "rejected", "workers", "paused_since", "repaired_at",
                "oldest_pending_age", "throughput", "totals",
            ]
        )
        guard case .array(let spans) = queue["throughput"] else { throw CallError(description: "no throughput") }
        #expect(spans.map { $0["minutes"] } == [.number("1"), .number("5"), .number("15")])
        // Not of the first span: it begins with the minute, which may just have turned.
        #expect(spans.dropFirst().allSatisfy { $0["completed"] == .number("1") })
        guard case .array(let warnings) = status["warnings"] else { throw CallError(description: "no warnings") }
        #expect(warnings.map { $0["code"] } == [.string("no_workers")])
    }

    @Test func deadJobsThatExpiredAreTold() async throws {
        try await bench.add("a", in: .dead)
        _ = try await bench.redis.send(RedisCommand("HSET", bench.queue.keys.counts, "dlq_removed_total", "1200"))
        let outcome = try await bench.run("status")
        #expect(
            outcome.out.contains(#"! 1 dead job in "default"; 1,200 that were older have expired. queuectl dlq list"#)
        )
        let findings = try await bench.run("doctor", "--json").out
        #expect(findings.contains("removed_dead_jobs") && findings.contains("1200"))
    }

    @Test func whatWasRepairedIsNewsForADay() async throws {
        let queue = bench.queue
        try await bench.add("a")
        let now = try await queue.serverTime().milliseconds
        func told(minutesAgo: Int64) async throws -> Bool {
            let fields = RedisCommand("HSET", queue.keys.meta, "repaired_at", String(now - minutesAgo * 60_000))
            let total = RedisCommand("HSET", queue.keys.counts, "repaired_total", "2")
            _ = try await bench.redis.pipeline([fields, total])
            return try await bench.run("status").lines.map(\.normalized).contains(
                #"! Damage in "default" was repaired AGO; 2 repairs were made since the queue began. "#
                    + "Look for `repaired` in the logs of the workers; queuectl doctor"
            )
        }
        #expect(try await told(minutesAgo: 0))
        #expect(try await !told(minutesAgo: 25 * 60))
    }

    @Test func damagedSettingIsReported() async throws {
        _ = try await bench.redis.send(RedisCommand("HSET", "\(bench.namespace):config", "lease", "soon"))
        let outcome = try await bench.run("status")
        #expect(outcome.out.contains(#"! A stored setting counts as not set: lease: "soon" is not a duration"#))
        #expect(outcome.out.contains("queuectl config unset lease"))
    }

    @Test func pushesThatNobodyHasTakenInAreCountedAsWaiting() async throws {
        _ = try await bench.directory.register([.default])
        _ = try await bench.redis.send(RedisCommand("LPUSH", bench.queue.keys.incoming, #"{"command":"x"}"#))
        #expect(try await bench.run("status").out.contains(#"! 1 job waits in "default" and no worker runs"#))
    }
}
