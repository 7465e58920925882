import QueueKit
import RedisClient
import Testing

/// `queue`, `pause`, `resume`, `rejected` and `config`.
@Suite struct QueueCommandTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    @Test func pausedQueueHandsNothingOutUntilItIsResumed() async throws {
        try await bench.add("a")
        #expect(try await bench.run("pause").out == "paused default\n")
        #expect(try await bench.run("pause").out == "default is paused already\n")
        #expect(try await bench.claim(1).isEmpty)
        #expect(
            try await bench.run("resume", "--json").out == #"{"queue":"default","result":"resumed","changed":true}"#
                + "\n"
        )
        #expect(try await bench.run("resume").out == "default is not paused\n")
        #expect(try await bench.claim(2).count == 1)
    }

    @Test func otherQueuesAreNamed() async throws {
        #expect(try await bench.run("queue", "pause", "mail", "web").out == "paused mail\npaused web\n")
        #expect(try await bench.run("resume", "--queue", "mail").out == "resumed mail\n")
        #expect(
            try await bench.run("queue", "list").out == """
                mail\trunning\t0\t0\t0\t0
                web\tpaused\t0\t0\t0\t0

                """
        )
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
