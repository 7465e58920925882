import QueueKit
import TestSupport
import Testing

@testable import QueueWorker

@Suite struct OutcomeTests {
    @Test func completesAJobAndKeepsWhatItPrinted() async throws {
        let shop = try await Workshop()
        let id = try await shop.enqueue(["echo out; echo err >&2"])[0]
        let job = try await shop.withWorker { _ in try await shop.wait(for: id, .completed) }
        #expect(job.exitCode == 0)
        #expect(job.run == 1)
        #expect(job.error == nil)
        #expect(job.usage?.contains("duration_ms") == true)
        let log = try await shop.queue.log(of: id, run: 1)
        #expect(
            log.map { "\($0.stream): \(String(decoding: $0.data, as: UTF8.self))" } == [
                "stdout: out\n", "stderr: err\n",
            ]
        )
    }

    @Test func retriesAFailingJobUntilItIsDead() async throws {
        let shop = try await Workshop()
        let id = try await shop.enqueue(["echo no luck >&2; exit 3"]) {
            $0.maxRetries = 2
            $0.backoffCap = .zero
        }[0]
        let job = try await shop.withWorker { _ in try await shop.wait(for: id, .dead) }
        #expect(job.run == 3)
        #expect(job.failures == 3)
        #expect(job.exitCode == 3)
        #expect(job.error == "exited with code 3: no luck")
        let attempts = try await shop.queue.attempts(of: id)
        #expect(attempts.map(\.outcome) == ["dead", "retry", "retry"])
        #expect(try await shop.counts() == [.dead: 1])
    }

    @Test func waitsLongerBeforeEachRetry() async throws {
        let shop = try await Workshop()
        let id = try await shop.enqueue(["exit 1"]) {
            $0.maxRetries = 5
            $0.backoffBase = 3
        }[0]
        let job = try await shop.withWorker { _ in try await shop.wait(for: id, .failed) }
        let wait = try #require(job.nextRunAt).milliseconds - (try #require(job.finishedAt)).milliseconds
        #expect((3000...3300).contains(wait))
        #expect(job.failures == 1)
    }

    @Test func succeedsAfterTwoFailures() async throws {
        let shop = try await Workshop()
        let id = try await shop.enqueue(["test $QUEUECTL_ATTEMPT -ge 3"]) { $0.backoffCap = .zero }[0]
        let job = try await shop.withWorker { _ in try await shop.wait(for: id, .completed) }
        #expect(job.run == 3)
        #expect(job.failures == 2)
        #expect(job.error == nil)
        #expect(try await shop.counts() == [.completed: 1])
    }

    @Test func stopsAJobThatTakesTooLong() async throws {
        let shop = try await Workshop()
        let id = try await shop.enqueue(["sleep 300"]) {
            $0.timeout = .milliseconds(100)
            $0.maxRetries = 0
        }[0]
        let job = try await shop.withWorker { _ in try await shop.wait(for: id, .dead) }
        #expect(job.reason == "timeout")
        #expect(job.error == "timed out after 100ms")
    }

    @Test(arguments: [
        (["/nonexistent/tool", "x"], "no such file"), (["/etc/passwd"], "denied"),
    ])
    func saysWhyACommandCannotBeStarted(_ argv: [String], _ words: String) async throws {
        let shop = try await Workshop()
        let id = try await shop.enqueue([""]) {
            $0.command = nil
            $0.argv = argv
            $0.maxRetries = 0
        }[0]
        let job = try await shop.withWorker { _ in try await shop.wait(for: id, .dead) }
        #expect(job.reason == "spawn_failure")
        #expect(job.error?.lowercased().contains(words) == true, "\(job.error ?? "")")
    }

    @Test func givesAJobItsPlaceButNoSecrets() async throws {
        let shop = try await Workshop()
        let id = try await shop.enqueue(["env"]) { $0.env = ["GREETING": "hello"] }[0]
        try await shop.withWorker { _ in try await shop.wait(for: id, .completed) }
        let log = try await shop.queue.log(of: id, run: 1)
        let lines = Set(String(decoding: log.flatMap(\.data), as: UTF8.self).split(separator: "\n").map(String.init))
        #expect(lines.isSuperset(of: ["GREETING=hello", "QUEUECTL_JOB_ID=\(id)", "QUEUECTL_ATTEMPT=1"]))
        #expect(!lines.contains { $0.hasSuffix("=secret") })
    }

    @Test func runsHandlersInProcess() async throws {
        let shop = try await Workshop()
        let good = try await shop.enqueue(["good"])[0]
        let bad = try await shop.enqueue(["bad"]) { $0.maxRetries = 0 }[0]
        let executor = HandlerExecutor { job, _ in
            if job.command == .shell("bad") { throw Unexpected("the work cannot be done") }
        }
        try await shop.withWorker(executor: executor) { _ in
            try await shop.wait(for: good, .completed)
            let job = try await shop.wait(for: bad, .dead)
            #expect(job.error == "the work cannot be done")
        }
    }

    @Test func setsADamagedJobAsideAsDead() async throws {
        let shop = try await Workshop()
        let id = try await shop.enqueue(["true"])[0]
        _ = try await shop.redis.send(.init("HDEL", shop.queue.keys.job(id), "command"))
        let job = try await shop.withWorker { _ in try await shop.wait(for: id, .dead) }
        #expect(job.reason == "corrupt")
    }
}
