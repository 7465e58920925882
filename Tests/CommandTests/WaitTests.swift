import QueueKit
import Testing

/// `wait`, and `cancel --wait`.
@Suite struct WaitTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    @Test(
        arguments: [
            (.completed, 0, "completed job1\n"), (.dead, 3, "dead job1: exited with code 3\n"),
            (.cancelled, 1, "cancelled job1: cancelled\n"),
        ] as [(JobState, Int32, String)]
    )
    func itEndsWithTheJobsOwnCode(state: JobState, status: Int32, out: String) async throws {
        try await bench.add("job1", in: state)
        let outcome = try await bench.run("wait", "job1")
        #expect(outcome.status == status && outcome.out == out && outcome.err == "")
        #expect(try await bench.run("jobs", "wait", "job1", "-q").out == "job1\n")
        #expect(try await bench.run("wait", "job1", "--json").out.json()["state"] == .string(state.rawValue))
    }

    @Test func aSignalIs128AndItsNumber() async throws {
        try await bench.add("job1")
        async let outcome = bench.run("wait", "job1")
        try await bench.isListening(to: "job1")
        let claimed = try #require(try await bench.claim(1).first)
        try await bench.end(claimed, .dead) { $0.signal = 9 }
        #expect(try await outcome.status == 137)
    }

    @Test func ofSeveralTheFirstBadOneDecides() async throws {
        for (id, code) in [("a", 0), ("b", 7), ("c", 9)] as [(String, Int32)] {
            try await bench.add(id)
            let claimed = try #require(try await bench.claim(Int64(code) + 1).first)
            try await bench.end(claimed, code == 0 ? .completed : .dead) { $0.exitCode = code }
        }
        #expect(try await bench.run("wait", "a", "c", "b").status == 9)
        #expect(try await bench.run("wait", "b", "a", "c").status == 7)
        #expect(try await bench.run("wait", "a", "a").status == 0)
        let gone = try await bench.run("wait", "a", "nope", "b")
        #expect(gone.status == 3)
        #expect(
            gone.err == "queuectl: Cannot wait for job nope: there is no such job, or no longer. See queuectl list\n"
        )
    }

    @Test func aJobThatIsDeletedMeanwhileIsGone() async throws {
        try await bench.add("job1")
        async let outcome = bench.run("wait", "job1")
        try await bench.isListening(to: "job1")
        _ = try await bench.queue.delete([JobID("job1")])
        #expect(try await outcome.status == 3)
    }

    @Test func aStateIsWaitedForOrSaidToBeOutOfReach() async throws {
        try await bench.add("job1")
        let there = try await bench.run("wait", "job1", "--for", "pending")
        #expect(there.status == 0 && there.out == "pending job1\n")
        async let outcome = bench.run("wait", "job1", "--for", "processing", "--for", "failed")
        try await bench.isListening(to: "job1")
        let claimed = try #require(try await bench.claim(1).first)
        #expect(try await outcome.status == 0)
        try await bench.end(claimed, .completed)
        let never = try await bench.run("wait", "job1", "--for", "processing")
        #expect(never.status == 3 && never.out == "")
        #expect(never.err == "queuectl: Cannot wait for job job1 to be processing: it is over (completed)\n")
        #expect(try await bench.run("wait", "job1", "--for", "completed").status == 0)
    }

    @Test func theTimeOfAWaitIsOver() async throws {
        try await bench.add("job1", "job2")
        let outcome = try await bench.run("wait", "job1", "job2", "--timeout", "100ms")
        #expect(outcome.status == 124)
        #expect(outcome.err == "queuectl: Not ended within 100ms: job1, job2. See queuectl show job1\n")
        let json = try await bench.run("wait", "job1", "--timeout", "0s", "--json").err.json()
        #expect(json["error"]?["code"] == .string("timed_out"))
        #expect(json["error"]?["exit_code"] == .number("124"))
    }

    @Test(
        arguments: [
            (["wait"], "Say which jobs to wait for: give ids"),
            (["wait", "job1", "--for", "procesing"], "--for: \"procesing\" is not a state; did you mean processing?"),
            (["wait", "job1", "--timeout", "5"], "--timeout: \"5\" is not a duration"),
            (["wait", "job1", "--nonsense"], "Unknown option '--nonsense'"), (["wait", "a b"], "id"),
        ] as [([String], String)]
    )
    func whatIsQueuectlsOwnFaultIs125(arguments: [String], says: String) async throws {
        let outcome = try await bench.run(arguments)
        #expect(outcome.status == 125 && outcome.err.contains(says), "\(outcome.err)")
        let away = try await bench.run(["wait", "job1"], environment: ["REDIS_URL": "unix:///nowhere/redis.sock"])
        #expect(away.status == 125)
    }

    @Test func cancelWaitsAndSaysWhatReallyHappened() async throws {
        try await bench.add("waits")
        for id in ["cancelled", "completed", "dead", "deleted"] { try await bench.add(id) }
        let claimed = try await bench.claim(1, slots: 5).filter { $0.job.id.text != "waits" }
        _ = try await bench.queue.cancel([])
        async let outcome = bench.run("cancel", "dead", "completed", "cancelled", "--wait")
        for id in ["dead", "completed", "cancelled"] { try await bench.isListening(to: id) }
        for job in claimed where job.job.id.text != "deleted" {
            try await bench.end(job, job.job.id.text == "completed" ? .completed : .cancelled)
        }
        let ended = try await outcome
        #expect(ended.status == 1 && Set(ended.lines) == ["cancelled dead", "cancelled cancelled"])
        #expect(
            ended.err.contains("Cannot cancel job completed in \"default\": it completed before it could be stopped")
        )
        let single = try await bench.run("cancel", "deleted", "--wait", "--timeout", "100ms")
        #expect(single.status == 124)
        #expect(single.err.contains("Not stopped within 100ms: deleted. It stays cancelled; see queuectl show deleted"))
    }
}
