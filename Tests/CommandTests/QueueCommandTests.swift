import QueueKit
import RedisClient
import Testing

/// `queue`, `pause`, `resume`, `rejected` and `config`.
@Suite struct QueueCommandTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    @Test func pausedQueueHandsNothingOutUntilItIsResumed() async throws {
        try await bench.add("a")
        #expect(try await bench.run("pause", "--queue", "default").out == "paused default\n")
        #expect(try await bench.run("queue", "pause", "default").out == "default is paused already\n")
        #expect(try await bench.claim(1).isEmpty)
        #expect(
            try await bench.run("resume", "default", "--json").out
                == #"{"queue":"default","result":"resumed","changed":true}"# + "\n"
        )
        #expect(try await bench.run("resume", "--queue", "default").out == "default is not paused\n")
        #expect(try await bench.claim(2).count == 1)
    }

    @Test func queuesAreNamedOrAllAreMeant() async throws {
        for name in ["mail", "web"] { try await bench.add("a", to: bench.directory.queue(QueueName(name))) }
        #expect(try await bench.run("queue", "pause", "mail", "web").out == "paused mail\npaused web\n")
        #expect(try await bench.run("resume", "--queue", "mail").out == "resumed mail\n")
        #expect(
            try await bench.run("queue", "list").out == """
                mail\trunning\t1\t0\t0\t0
                web\tpaused\t1\t0\t0\t0

                """
        )
        #expect(try await bench.run("pause", "--all").out == "paused mail\nweb is paused already\n")
        #expect(try await bench.run("queue", "resume", "--all").out == "resumed mail\nresumed web\n")
    }

    /// In a script, `queuectl pause $ID` may have lost its id: that must not pause a queue.
    @Test(
        arguments: [
            Refusal(
                "pause",
                64,
                "Say what to pause: give ids of jobs that run, names of queues, or --all for every queue"
            ),
            Refusal(
                "resume",
                64,
                "Say what to resume: give ids of jobs that run, names of queues, or --all for every queue"
            ),
            Refusal("queue pause", 64, "Say which queues to pause: give names, or --all"),
            Refusal("queue resume", 64, "Say which queues to resume: give names, or --all"),
            Refusal("pause job1 --all", 64, "Give names or --all, but not both"),
            Refusal("pause --queue mail --all", 64, "Give --queue or --all, but not both"),
            Refusal("queue pause mail --all", 64, "Give names or --all, but not both"),
            Refusal("pause --queue mial", 3, "Cannot pause queue mial: there is no such queue; did you mean mail?"),
            Refusal(
                "queue resume mail mial",
                3,
                "Cannot resume queue mial: there is no such queue; did you mean mail?"
            ),
            Refusal(
                "resume --queue web",
                3,
                "Cannot resume queue web: there is no such queue. See queuectl queue list"
            ),
            Refusal(
                "queue pause mail web",
                3,
                "Cannot pause queue web: there is no such queue. See queuectl queue list. One that is still to come: queuectl queue pause NAME --create"
            ),
        ]
    )
    func noQueueIsPausedThatNobodyNamed(_ refusal: Refusal) async throws {
        try await bench.add("a", to: bench.directory.queue(QueueName("mail")))
        try await bench.refuses(refusal)
    }

    @Test func aQueueMayBePausedBeforeThereIsAnythingInIt() async throws {
        #expect(try await bench.run("queue", "pause", "later", "--create").out == "paused later\n")
        try await bench.run("enqueue", "--queue", "later", "--id", "a", "--command", "x")
        #expect(try await bench.claim(1, from: bench.directory.queue(QueueName("later"))).isEmpty)
    }

    private func reject(_ raw: String, _ reason: String) async throws -> String {
        _ = try await bench.directory.register([.default])
        let command = RedisCommand(
            "XADD",
            bench.queue.keys.rejected,
            "*",
            "reason",
            reason,
            "raw",
            raw,
            "length",
            "\(raw.utf8.count)"
        )
        return try await bench.redis.send(command).string ?? ""
    }

    @Test func rejectedPushesAreShownEscaped() async throws {
        let id = try await reject("{\"comand\":\"\u{1b}[31m\"}", "comand: is not a field of a job")
        let list = try await bench.run("rejected", "list")
        #expect(list.out.normalized == "\(id)\tdefault\tAGO\t18\tcomand: is not a field of a job\n")
        let shown = try await bench.run("rejected", "show", id)
        #expect(
            shown.out.normalized == """
                \(id)  rejected
                  queue   default
                  time    TIME (AGO)
                  reason  comand: is not a field of a job
                  bytes   18
                  next    queuectl rejected retry \(id) --edit

                {"comand":"\\x1b[31m"}

                """
        )
        #expect(
            try await bench.run("rejected", "show", id, "--json").out.json()["raw"]?.string?.contains("\u{1b}") == true
        )
        #expect(try await bench.run("rejected", "show", "1-1").status == 3)
    }

    @Test func rejectedPushesArePurgedWithYes() async throws {
        let id = try await reject("x", "no")
        _ = try await reject("y", "no")
        let refused = try await bench.run("rejected", "purge")
        #expect(refused.status == 2)
        #expect(refused.err == "queuectl: This would delete 2 rejected pushes. Give --yes to do it\n")
        #expect(try await bench.run("rejected", "purge", id, "--yes").out == "deleted 1 rejected push\n")
        #expect(try await bench.run("rejected", "purge", "--yes").out == "deleted 1 rejected push\n")
        #expect(try await bench.run("rejected", "purge").out == "Nothing was rejected.\n")
    }

    @Test func settingsAreStoredReadAndReturned() async throws {
        #expect(try await bench.run("config", "set", "max-retries", "5").out == "max-retries 5\n")
        #expect(try await bench.run("config", "get", "max_retries").out == "5\n")
        #expect(try await bench.run("config", "set", "job_timeout", "90s").out == "job-timeout 1m30s\n")
        #expect(try await bench.run("config", "set", "backoff-base", "2").out == "backoff-base 2\n")
        #expect(try await bench.run("config", "get", "backoff-base").out == "2\n")
        let list = try await bench.run("config", "list", "--show-origin").lines
        #expect(list.count == ConfigurationKey.allCases.count)
        #expect(list.contains("max-retries\t5\tredis") && list.contains("lease\t30s\tdefault"))
        #expect(try await bench.run("config", "get").lines.contains("job-timeout\t1m30s"))
        #expect(try await bench.run("config", "unset", "backoff-base").out == "backoff-base 2 (the default)\n")
        #expect(
            try await bench.run("config", "get", "max-retries", "--json").out
                == #"{"key":"max-retries","value":"5","origin":"redis"}"# + "\n"
        )
        #expect(try await bench.directory.configuration().maxRetries == 5)
    }
}
