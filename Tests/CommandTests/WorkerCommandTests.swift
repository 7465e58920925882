import QueueKit
import TestSupport
import Testing

/// `worker list` and `worker stop`, with real workers.
@Suite struct WorkerCommandTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    @Test func nobodyToStopIsNoError() async throws {
        let outcome = try await bench.run("worker", "stop")
        #expect(outcome.status == 0 && outcome.out == "No workers run.\n")
        #expect(try await bench.run("worker", "list").out == "")
    }

    @Test func workersAreListedAndStoppedAndTheirJobsFinish() async throws {
        async let first = bench.run(["worker", "start", "--count", "2"])
        async let second = bench.run(["worker", "start"])
        try await waitUntil("both workers run", within: .seconds(60)) { try await bench.directory.workers().count == 2 }
        try await bench.run("enqueue", "--id", "job1", "--command", "sleep 3; echo done")
        try await waitUntil("the job runs", within: .seconds(60)) { try await bench.job("job1").state == .processing }
        let list = try await bench.run("worker", "list").lines.map { $0.split(separator: "\t").map(String.init) }
        #expect(list.count == 2 && list.allSatisfy { $0[1] == "running" })
        let stopped = try await bench.run("worker", "stop")
        #expect(stopped.status == 0 && stopped.err.hasPrefix("Waiting for 2 workers"))
        #expect(stopped.lines.sorted() == list.map { "stopped \($0[0])" }.sorted())
        #expect(try await bench.job("job1").state == .completed)
        #expect(try await [first.status, second.status] == [0, 0])
        #expect(try await bench.run("show", "job1").out.contains("stdout of attempt 1:\n  done\n"))
    }

    @Test func workerThatIsNotThereIsNotFound() async throws {
        let outcome = try await bench.run("worker", "stop", "--id", "web-1-4711-a1b2c3")
        #expect(outcome.status == 3 && outcome.out == "")
        #expect(
            outcome.err
                == "queuectl: Cannot stop worker web-1-4711-a1b2c3: there is none. See queuectl worker list\n"
        )
        #expect(try await bench.run("worker", "stop", "--host", "elsewhere").out == "No workers run on elsewhere.\n")
    }

    @Test func workerThatWasKilledIsNotWaitedForForEver() async throws {
        let id = WorkerID(host: "gone", pid: 1, random: "abc")
        let registration = WorkerRegistration(
            id: id,
            queues: [.default],
            slots: 1,
            startedAt: .now(),
            version: "0",
            seenAt: .now()
        )
        _ = try await bench.redis.pipeline(bench.directory.heartbeat(registration, lifetime: .seconds(8)))
        _ = try await bench.queue.renew(worker: id, held: [], lease: .seconds(3))
        let outcome = try await bench.run("worker", "stop")
        #expect(outcome.status == 0 && outcome.out == "stopped gone-1-abc\n")
    }

    @Test func noWaitOnlyAsks() async throws {
        async let worker = bench.run(["worker", "start"])
        try await waitUntil("the worker runs", within: .seconds(60)) { try await bench.directory.workers().count == 1 }
        let outcome = try await bench.run("worker", "stop", "--no-wait", "--json")
        #expect(try outcome.out.json()["result"] == .string("stopping"))
        #expect(try await worker.status == 0)
    }
}
