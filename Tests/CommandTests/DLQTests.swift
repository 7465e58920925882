import QueueKit
import Testing

/// `dlq`.
@Suite struct DLQTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    @Test func listShowsWhatKilledThem() async throws {
        try await bench.add("job1", in: .dead)
        try await bench.add("other")
        let outcome = try await bench.run("dlq", "list")
        #expect(outcome.out.normalized == "job1\tdefault\t5\t1\tAGO\texited with code 3\techo hello\n")
        #expect(try await bench.run("dlq", "list", "-q").out == "job1\n")
    }

    @Test func showTakesDeadJobsOnly() async throws {
        try await bench.add("job1", in: .dead)
        try await bench.add("job2")
        #expect(try await bench.run("dlq", "show", "job1").out.hasPrefix("job1  dead\n"))
        let outcome = try await bench.run("dlq", "show", "job2")
        #expect(outcome.status == 3)
        #expect(
            outcome.err
                == "queuectl: Cannot show job job2 in \"default\" as a dead job: it is pending. See queuectl show job2\n"
        )
    }

    @Test func retryGivesADeadJobAnotherLife() async throws {
        try await bench.add("job1", in: .dead)
        let outcome = try await bench.run("dlq", "retry", "job1")
        #expect(outcome.status == 0 && outcome.out == "retried job1\n")
        let job = try await bench.job("job1")
        #expect(job.state == .pending && job.failures == 0)
    }

    @Test(
        arguments: [
            (.processing, "it is running. Cancel it first, or wait"),
            (.pending, "it is pending. It runs when a worker is free"),
            (.failed, "it is failed. It runs by itself when it is due"),
            (.completed, "it is completed. Only dead jobs are retried; enqueue it anew"),
        ] as [(JobState, String)]
    )
    func retryTakesDeadJobsOnly(state: JobState, reason: String) async throws {
        try await bench.add("job1", in: state)
        let outcome = try await bench.run("dlq", "retry", "job1")
        #expect(outcome.status == 3 && outcome.err == "queuectl: Cannot retry job job1 in \"default\": \(reason)\n")
        #expect(try await bench.job("job1").state == state)
    }

    @Test func retryAllTakesEveryQueueUnlessOneIsNamed() async throws {
        let mail = try bench.directory.queue(QueueName("mail"))
        for id in ["a", "b", "c"] { try await bench.add(id, in: .dead) }
        try await bench.add("m", in: .dead, to: mail)
        #expect(try await bench.run("dlq", "retry", "--all", "--queue", "mail").out == "retried 1 job\n")
        #expect(try await bench.run("dlq", "retry", "--all", "--json").out == #"{"result":"retried","count":3}"# + "\n")
        #expect(try await bench.run("dlq", "retry", "--all").out == "No dead jobs.\n")
        #expect(try await bench.queue.list(.pending, limit: 10).map(\.id.text) == ["a", "b", "c"])
    }

    @Test func purgeNeedsYesWhereNobodyCanBeAsked() async throws {
        for id in ["a", "b"] { try await bench.add(id, in: .dead) }
        let refused = try await bench.run("dlq", "purge")
        #expect(refused.status == 2 && refused.out == "")
        #expect(refused.err == "queuectl: This would delete 2 dead jobs in \"default\". Give --yes to do it\n")
        #expect(try await bench.queue.list(.dead, limit: 10).count == 2)
        let done = try await bench.run("dlq", "purge", "--yes")
        #expect(done.status == 0 && done.out == "deleted 2 jobs\n")
        #expect(try await bench.queue.list(limit: 10).isEmpty)
        #expect(try await bench.run("dlq", "purge").status == 0)
    }

    @Test(arguments: [("y\n", 0), ("n\n", 2), ("\n", 2)] as [(String, Int32)])
    func purgeAsksOnATerminal(answer: String, status: Int32) async throws {
        try await bench.add("a", in: .dead)
        let outcome = try await bench.run(["dlq", "purge"], input: answer, columns: 80)
        #expect(outcome.status == status)
        #expect(outcome.out.hasPrefix("Delete 1 dead job in \"default\"? It cannot be undone. [y/N] "))
        #expect(try await bench.queue.list(.dead, limit: 10).count == (status == 0 ? 0 : 1))
    }
}
