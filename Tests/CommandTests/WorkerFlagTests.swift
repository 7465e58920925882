import QueueKit
import Testing

/// The flags of `worker start` that say what it takes and when it ends.
@Suite struct WorkerFlagTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    @Test(arguments: [
        (["--queue", "mail:0"], #"--queue mail: "0" is out of range; give 1...1000"#),
        (["--queue", "mail:1001"], #"--queue mail: "1001" is out of range; give 1...1000"#),
        (["--queue", "mail:"], #"--queue mail: "" is not a whole number; give 1...1000"#),
        (["--queue", "mail:x"], #"--queue mail: "x" is not a whole number; give 1...1000"#),
        (["--queue", "mail:1:2"], #"--queue mail: "1:2" is not a whole number; give 1...1000"#),
        (["--queue", ":3"], #"--queue: "" is empty; give 1...64 letters, digits, _ . or -"#),
        (["--queue", "a:3", "--queue", "a:1"], #"--queue: "a" is named twice, with different weights; name it once"#),
        (["--max-jobs", "0"], #"--max-jobs: "0" is out of range; give 1...1000000000"#),
        (["--max-jobs", "many"], #"--max-jobs: "many" is not a whole number; give 1...1000000000"#),
        (["--max-idle", "0s"], #"--max-idle: "0s" is not a duration it can have; give 1s to 30d, such as 30s or 5m"#),
        (["--max-idle", "5"], #"--max-idle: "5" is not a duration it can have; give 1s to 30d, such as 30s or 5m"#),
    ])
    func whatIsWrongIsSaid(_ arguments: [String], _ message: String) async throws {
        let outcome = try await bench.run(["worker", "start"] + arguments)
        #expect(outcome.status == 64 && outcome.out == "" && outcome.err.hasPrefix("queuectl: \(message)"))
        #expect(try await bench.keyCount() == 0)
    }

    @Test func aDrainEndsWithZeroAndTellsWhatIsLeft() async throws {
        try await bench.add("job1", command: "true")
        try await bench.add("later", in: .scheduled)
        let text = try await bench.run("worker", "start", "--drain")
        #expect(text.status == 0)
        #expect(text.out.contains(" stopping: nothing is left to claim\n"))
        #expect(try #require(text.lines.last).hasSuffix(" stopped; left: 1 job waiting for a time"))
        let json = try await bench.run("worker", "start", "--drain", "--log-format", "json")
        let last = try #require(json.lines.last).json()
        #expect(last["event"] == .string("stopped") && last["reason"] == .string("drained"))
        #expect(last["waiting"] == .number("1") && last["pending"] == .number("0"))
    }

    @Test func maxJobsAndMaxIdleEndWithZero() async throws {
        for number in 1...3 { try await bench.add("job\(number)", command: "true") }
        let first = try await bench.run("worker", "start", "--max-jobs", "2")
        #expect(first.status == 0 && first.out.contains(" stopping: all jobs of --max-jobs have been run\n"))
        #expect(try await bench.job("job3").state == .pending)
        let second = try await bench.run("worker", "start", "--max-idle", "1s")
        #expect(
            second.status == 0 && second.out.contains(" stopping: there was nothing to do for as long as --max-idle")
        )
        #expect(try await bench.job("job3").state == .completed)
    }

    @Test(arguments: [
        (["--queue", "a", "--queue", "b"], "a, b (in this order)", "a b"),
        (["--queue", "a:3", "--queue", "b"], "a:3, b:1 (in these shares)", "a:3 b:1"),
        (["--queue", "*"], "a:1, b:1 (in these shares)", "a:1 b:1"),
        (["--queue", "b:5", "--queue", "*"], "b:5, a:1 (in these shares)", "b:5 a:1"),
        (["--queue", "a"], "a", "a"),
    ])
    func theBannerAndTheListSayHowQueuesAreTaken(_ arguments: [String], _ banner: String, _ list: String) async throws {
        _ = try await bench.directory.register([QueueName("a"), QueueName("b")])
        async let outcome = bench.run(["worker", "start", "--max-idle", "2s"] + arguments)
        var listed: [String] = []
        for _ in 0..<400 where listed.isEmpty {
            listed = try await bench.run("worker", "list").lines
            if listed.isEmpty { try await Task.sleep(for: .milliseconds(20)) }
        }
        #expect(listed.first?.split(separator: "\t").last.map(String.init) == list)
        let out = try await outcome.out
        #expect(out.contains("  queues  \(banner)\n"))
        #expect(out.firstMatch(of: /Started worker \S+ with 1 slot\n/) != nil)
    }

    @Test func theLogInJSONHasTheMembersThatAreDocumented() async throws {
        try await bench.run("enqueue", "--id", "good", "--command", "true")
        try await bench.run("enqueue", "--id", "bad", "--command", "exit 3")
        for push in [#"{"command":"true"}"#, "[1]"] {
            _ = try await bench.redis.send(.init("LPUSH", bench.queue.keys.incoming, push))
        }
        let outcome = try await bench.run("worker", "start", "--drain", "--log-format", "json")
        var members: [String: Set<String>] = [:]
        for line in outcome.lines {
            let entry = try line.json()
            #expect(entry["time"]?.string?.hasSuffix("Z") == true)
            members[entry["event"]?.string ?? "", default: []].formUnion(entry.names)
        }
        let job = ["id", "queue", "attempt"]
        let expected: [String: [String]] = [
            "ready": ["worker", "slots", "queues", "tasks", "tasks_only", "signatures", "signatures_only"],
            "started": job,
            "finished": job + ["state", "duration", "exit_code", "error", "retry_in"],
            "ingested": ["queue", "accepted", "rejected"],
            "stopping": ["reason", "running"],
            "stopped": ["reason", "waiting", "pending"],
        ]
        #expect(members == expected.mapValues { Set($0 + ["time", "event"]) })
    }
}
