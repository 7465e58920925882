import QueueKit
import RedisClient
import TestSupport
import Testing

/// `queuectl logs`.
@Suite struct LogsTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    /// A job that runs, and what it prints.
    private struct Run {
        let bench: Bench
        let claimed: ClaimedJob
        var number: Int64 = 0
        var ends: [LogEntry.Stream: Int] = [:]

        /// Prints something, after so many bytes that are not kept.
        mutating func print(_ bytes: [UInt8], _ stream: LogEntry.Stream = .stdout, dropping: Int = 0) async throws {
            number += 1
            let offset = ends[stream, default: 0] + dropping
            ends[stream] = offset + bytes.count
            let entry = NewLogEntry(number: number, stream: stream, offset: offset, data: bytes)
            let kept = try await bench.queue.appendLog(
                of: claimed.job.id,
                token: claimed.token,
                run: claimed.job.run,
                [entry]
            )
            #expect(kept == .ok)
        }

        mutating func print(_ text: String, _ stream: LogEntry.Stream = .stdout, dropping: Int = 0) async throws {
            try await print(Array(text.utf8), stream, dropping: dropping)
        }

        func end(_ outcome: Settlement.Outcome = .completed) async throws {
            let settlement = Settlement(id: claimed.job.id, token: claimed.token, outcome: outcome)
            _ = try await bench.queue.settle([settlement], configuration: QueueConfiguration())
        }
    }

    private func run(_ request: Int64 = 1, on bench: Bench? = nil) async throws -> Run {
        let bench = bench ?? self.bench
        if request == 1 { try await bench.add("a") }
        return Run(bench: bench, claimed: try #require(try await bench.claim(request).first))
    }

    @Test func streamsGoWhereTheyBelong() async throws {
        var run = try await run()
        try await run.print("one\ntwo\n")
        try await run.print("oops\n", .stderr)
        try await run.print("three")
        for isOver in [false, true] {
            if isOver { try await run.end() }
            let outcome = try await bench.run("logs", "a")
            #expect(outcome.status == 0 && outcome.out == "one\ntwo\nthree" && outcome.err == "oops\n")
        }
        let out = try await bench.run("logs", "a", "--stdout")
        #expect(out.out == "one\ntwo\nthree" && out.err == "")
        let err = try await bench.run("jobs", "logs", "a", "--stderr", "--queue", "default")
        #expect(err.out == "" && err.err == "oops\n")
    }

    @Test func aFileGetsTheBytesAsTheyAre() async throws {
        var run = try await run()
        let bytes = [UInt8](0...255)
        try await run.print(bytes)
        try await run.print(bytes)
        let outcome = try await bench.shell("queuectl logs a | od -An -v -tu1 | tr -s ' \\n' ' '")
        #expect(outcome.out.split(separator: " ").compactMap { UInt8($0) } == bytes + bytes)
    }

    @Test func aTerminalGetsNothingThatHarmsItAndWholeCharacters() async throws {
        var run = try await run()
        try await run.print("tab\t\u{1b}[31mred\u{7}\n")
        // é and 日本 in halves, and a byte that is no character.
        try await run.print([0xc3])
        try await run.print([0xa9, 0xe6, 0x97])
        try await run.print([0xa5, 0xe6])
        try await run.print([0x9c, 0xac, 0xff, UInt8(ascii: "\n"), 0xe6])
        let outcome = try await bench.run(["logs", "a"], columns: 80)
        #expect(outcome.out == "tab\t\\x1b[31mred\\x07\né日本\\xff\n\\xe6")
    }

    @Test func whatIsMissingIsSaid() async throws {
        var run = try await run()
        try await run.print("head\n")
        try await run.print("tail\n", dropping: 1_258_291)
        try await run.print("", .stderr, dropping: 7)
        let outcome = try await bench.run("logs", "a")
        #expect(outcome.out == "head\ntail\n")
        #expect(outcome.err == "… 1.2MiB of stdout not kept\n… 7B of stderr not kept\n")
        #expect(try await bench.run("show", "a").out.contains("head\n  ... 1.2MiB left out ...\n  tail\n"))
        #expect(try await bench.run("logs", "a", "--quiet").err == "")
    }

    @Test(arguments: [(0, ""), (1, "5"), (2, "4\n5"), (3, "E\n4\n5"), (5, "2\n3\nE\n4\n5"), (99, "1\n2\n3\nE\n4\n5")])
    func theLastLines(count: Int, expected: String) async throws {
        var run = try await run()
        try await run.print("1\n2\n3")
        try await run.print("\n")
        try await run.print("E\n", .stderr)
        try await run.print("4\n5")
        let outcome = try await bench.shell("queuectl logs a --tail \(count) 2>&1")
        #expect(outcome.out == expected)
    }

    @Test func linesHaveTheirTimes() async throws {
        var run = try await run()
        try await run.print("one\ntw")
        try await run.print("oops\n", .stderr)
        try await run.print("o\nthree")
        let outcome = try await bench.run("logs", "a", "--timestamps")
        #expect(outcome.out.normalized == "TIME one\nTIME two\nTIME three\n")
        #expect(outcome.err.normalized == "TIME oops\n")
    }

    @Test func programsGetObjects() async throws {
        var run = try await run()
        try await run.print([UInt8(ascii: "x"), 0xc3])
        try await run.print([0xa9])
        try await run.print([0xff, 0x00], .stderr)
        try await run.print("tail\n", dropping: 5)
        let outcome = try await bench.run("logs", "a", "--json")
        #expect(
            outcome.lines.map(\.normalized) == [
                #"{"attempt":1,"stream":"stdout","time":"TIME","offset":0,"dropped_bytes":0,"data":"x"}"#,
                #"{"attempt":1,"stream":"stdout","time":"TIME","offset":1,"dropped_bytes":0,"data":"é"}"#,
                #"{"attempt":1,"stream":"stderr","time":"TIME","offset":0,"dropped_bytes":0,"data_base64":"/wA="}"#,
                #"{"attempt":1,"stream":"stdout","time":"TIME","offset":8,"dropped_bytes":5,"data":"tail\n"}"#,
            ]
        )
        #expect(outcome.err == "")
    }

    @Test func attemptsAreKeptApart() async throws {
        for request in Int64(1)...22 {
            var run = try await run(request)
            try await run.print("attempt \(request)\n")
            try await run.end(request == 22 ? .completed : .released)
        }
        #expect(try await bench.run("logs", "a").out == "attempt 22\n")
        #expect(try await bench.run("logs", "a", "--attempt", "3").out == "attempt 3\n")
        let gone = try await bench.run("logs", "a", "--attempt", "2")
        #expect(gone.status == 3)
        #expect(gone.err == "queuectl: Cannot show attempt 2 of job a: only the last 20 attempts are kept\n")
        let never = try await bench.run("logs", "a", "--attempt", "23")
        #expect(never.status == 3)
        #expect(never.err == "queuectl: Cannot show attempt 23 of job a: it has run 22 times\n")
    }

    @Test func whatIsNotThereIsTold() async throws {
        let unknown = try await bench.run("logs", "nowhere")
        #expect(unknown.status == 3)
        #expect(
            unknown.err
                == "queuectl: Cannot show the output of job nowhere: there is no such job. See queuectl list\n"
        )
        try await bench.add("a")
        let piped = try await bench.run("logs", "a")
        #expect(piped.status == 0 && piped.out == "")
        #expect(piped.err == "queuectl: job a has not run yet; --follow waits for it\n")
        let pending = try await bench.run(["logs", "a"], columns: 80)
        #expect(pending.status == 0)
        #expect(pending.out == "queuectl: job a has not run yet; --follow waits for it\n")
        _ = try await bench.claim(1)
        #expect(
            try await bench.run(["logs", "a"], columns: 80).out == "queuectl: job a has printed nothing in attempt 1\n"
        )
        for arguments in [["--tail", "-1"], ["--tail", "x"], ["--attempt", "0"]] {
            #expect(try await bench.run(["logs", "a"] + arguments).status == 64)
        }
    }

    @Test func followingGoesOnToTheEndOfTheJob() async throws {
        try await bench.add("a")
        async let plain = bench.run("logs", "a", "-f")
        async let json = bench.run("logs", "a", "--follow", "--json")
        async let first = bench.run("logs", "a", "-f", "--attempt", "1")
        try await waitForFollowers(3)
        var one = try await run(2)
        try await one.print("one\n")
        try await one.print([0xff], .stderr)
        try await one.end(.retry(after: .zero))
        #expect(try await first.out == "one\n")
        var two = try await run(3)
        try await two.print("two")
        try await two.end(.dead)
        let outcome = try await plain
        #expect(outcome.status == 0, "whatever became of the job")
        #expect(outcome.out == "one\ntwo")
        #expect(try await json.lines.map { try $0.json()["attempt"] } == [.number("1"), .number("1"), .number("2")])
    }

    @Test func followingBeginsWithTheLastLines() async throws {
        // Nobody else blocks there.
        let bench = try Bench(server: RedisServer())
        _ = try await bench.directory.register([.default])
        var run = try await run(on: bench)
        try await run.print("1\n2\n3\n4")
        async let outcome = bench.run("logs", "a", "-f", "--tail", "2")
        try await waitUntil("it has read what there is", within: .seconds(30)) {
            let info = try await bench.redis.send(RedisCommand("INFO", "clients")).string ?? ""
            return info.contains("blocked_clients:1\r\n")
        }
        try await run.print("4\n5\n")
        try await run.end()
        #expect(try await outcome.out == "3\n44\n5\n")
    }

    @Test func aReaderThatLeavesEndsIt() async throws {
        var run = try await run()
        try await run.print("1\n2\n3\n")
        let head = try await bench.shell("queuectl logs a | head -1")
        #expect(head.out == "1\n" && head.err == "")
        async let followed = bench.shell("queuectl logs a -f | head -1")
        try await waitForFollowers(1)
        try await waitUntil("it has noticed", within: .seconds(30)) {
            try await run.print("more\n")
            return try await followers() == 0
        }
        #expect(try await followed.out == "1\n")
        #expect(try await followed.err == "")
    }

    @Test func aJobThatIsDeletedEndsIt() async throws {
        try await bench.add("a")
        async let outcome = bench.run("logs", "a", "-f")
        try await waitForFollowers(1)
        _ = try await bench.queue.delete([JobID("a")])
        #expect(try await outcome.status == 0)
    }

    /// Waits until so many listen to the job's channel.
    private func waitForFollowers(_ count: Int64) async throws {
        try await waitUntil("\(count) follow", within: .seconds(30)) { try await followers() == count }
    }

    private func followers() async throws -> Int64? {
        let channel = bench.queue.keys.jobEvents(try JobID("a"))
        return try await bench.redis.send(RedisCommand("PUBSUB", "NUMSUB", channel)).array?.last?.int
    }
}
