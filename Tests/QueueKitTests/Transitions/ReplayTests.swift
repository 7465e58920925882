import QueueKit
import TestSupport
import TestTraits
import Testing

/// The connection is cut after a request has reached the server and before its answer came back: `JobQueue` sends it
/// again, gets the answer, and there is one effect.
@Suite(.fault(.workerKilledBeforeTheJobRuns)) struct ReplayTests {
    /// Runs a call on two queues in the same state, on one of them with its answer lost, and compares what is left.
    private func expectOneEffect<Answer: Equatable & Sendable>(
        needle: String,
        given: (TestQueue) async throws -> Void,
        call: (TestQueue, JobQueue) async throws -> Answer
    ) async throws {
        let plain = try TestQueue()
        try await given(plain)
        let expected = try await call(plain, plain.queue)

        let queue = try TestQueue()
        try await given(queue)
        let proxy = try TCPProxy(to: queue.server)
        proxy.cutBeforeReply(to: needle)
        let answer = try await call(queue, queue.through(proxy.connection()))
        #expect(proxy.cutCount == 1)
        #expect(answer == expected)
        #expect(try await queue.snapshot() == plain.snapshot())
        try await queue.checkI1()
    }

    @Test(arguments: [false, true])
    func enqueue(replace: Bool) async throws {
        try await expectOneEffect(needle: "job-to-add") { queue in
            if replace { try await queue.enqueue("job-to-add") }
        } call: { queue, through in
            let jobs = try [queue.newJob("job-to-add"), NewJob(JobDocument(command: "true"))]
            let results = try await through.enqueue(jobs, configuration: .init(), replace: replace)
            return results.count
        }
    }

    @Test func claim() async throws {
        try await expectOneEffect(needle: workerA.description) { queue in
            try await queue.enqueue("a", "b", "c")
        } call: { _, through in
            let request = ClaimRequest(worker: workerA, number: 1, slots: 2, configuration: .init())
            return try await through.claim(request).ids
        }
    }

    @Test(arguments: [Settlement.Outcome.completed, .retry(after: .seconds(60)), .dead, .released, .cancelled])
    func settle(outcome: Settlement.Outcome) async throws {
        try await expectOneEffect(needle: workerA.description) { queue in
            try await queue.bring("a", to: .processing)
        } call: { queue, through in
            try await through.settle([queue.settlement("a", outcome)], configuration: .init())
        }
    }

    @Test(arguments: [Settlement.Outcome.completed, .retry(after: .seconds(60)), .dead, .released, .cancelled])
    func turn(outcome: Settlement.Outcome) async throws {
        try await expectOneEffect(needle: workerA.description) { queue in
            try await queue.enqueue("a", "b", "c")
            try await queue.claim(1)
        } call: { queue, through in
            let request = ClaimRequest(worker: workerA, number: 2, slots: 1, configuration: .init())
            let turn = try await through.turn([queue.settlement("a", outcome)], claiming: request)
            // A job that was released and handed out again at once is said to be in the state that it is in by then.
            let isSettled = turn.settled.allSatisfy { if case .settled = $0 { true } else { false } }
            return [isSettled ? ["settled"] : [], turn.claim.ids]
        }
    }

    @Test func ingest() async throws {
        try await expectOneEffect(needle: "malformed") { queue in
            try await queue.send("LPUSH", "R:incoming", #"{"id":"p","command":"x"}"#, "malformed [")
            try await queue.claim(0)
        } call: { queue, through in
            let verdicts: [(number: Int64, verdict: IntakeVerdict)] = [
                (1, .job(try queue.newJob("p"), isPrepared: false)), (2, .reject("malformed")),
            ]
            return try await through.ingest(verdicts, configuration: .init()).count
        }
    }

    @Test func renew() async throws {
        try await expectOneEffect(needle: workerA.description) { queue in
            try await queue.bring("a", to: .processing)
        } call: { _, through in
            let held = [(id: try id("a"), token: JobToken(worker: workerA, request: 1))]
            return try await through.renew(worker: workerA, held: held, lease: .seconds(30))
        }
    }

    @Test func cancel() async throws {
        try await expectOneEffect(needle: "job-to-cancel") { queue in
            try await queue.enqueue("job-to-cancel")
        } call: { _, through in
            try await through.cancel([id("job-to-cancel")])
        }
    }

    @Test func retry() async throws {
        try await expectOneEffect(needle: "job-to-retry") { queue in
            try await queue.bring("job-to-retry", to: .dead)
        } call: { _, through in
            try await through.retry([id("job-to-retry")])
        }
    }

    @Test func delete() async throws {
        try await expectOneEffect(needle: "job-to-delete") { queue in
            try await queue.bring("job-to-delete", to: .completed)
        } call: { _, through in
            try await through.delete([id("job-to-delete")])
        }
    }

    @Test(arguments: [false, true])
    func retryAllAndPurge(isPurge: Bool) async throws {
        try await expectOneEffect(needle: "EVAL") { queue in
            try await queue.seedJobs(5, state: "dead", index: "dlq", isList: true)
        } call: { _, through in
            let step = isPurge ? try await through.purge(limit: 2) : try await through.retryAll(limit: 2)
            return [step.changed, step.hasMore ? 1 : 0]
        }
    }

    @Test func pauseAndResume() async throws {
        try await expectOneEffect(needle: "pause") { _ in
        } call: { _, through in
            try await through.pause()
        }
        try await expectOneEffect(needle: "resume") { queue in
            _ = try await queue.queue.pause()
        } call: { _, through in
            try await through.resume()
        }
    }

    @Test func output() async throws {
        try await expectOneEffect(needle: "some output") { queue in
            try await queue.bring("a", to: .processing)
            let old = (1...3).map { NewLogEntry(number: $0, stream: .stdout, offset: Int($0) - 1, data: [UInt8($0)]) }
            _ = try await queue.queue.appendLog(of: id("a"), token: JobToken(worker: workerA, request: 1), run: 1, old)
        } call: { _, through in
            let entries = [
                NewLogEntry(number: 4, stream: .stdout, offset: 3, data: Array("some output".utf8)),
                NewLogEntry(number: 6, stream: .stderr, data: [0, 255]),
            ]
            let token = JobToken(worker: workerA, request: 1)
            let kept = try await through.appendLog(of: id("a"), token: token, run: 1, entries, deleting: [2])
            return [kept.rawValue]
                + (try await through.log(of: id("a"), run: 1).map { "\($0.number) \($0.droppedBytes)" })
        }
    }
}
