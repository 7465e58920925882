import QueueKit
import RedisClient
import TestSupport
import Testing

/// What a terminal gets, and what a pipe gets.
@Suite struct TerminalTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    @Test func tableIsAlignedAndCommandsAreShortenedToTheWidth() async throws {
        try await bench.add("job1", command: "echo " + String(repeating: "long ", count: 40))
        let outcome = try await bench.run(["list", "--color", "never"], columns: 60)
        let lines = outcome.lines
        #expect(lines.count == 2 && lines.allSatisfy { $0.count <= 60 })
        #expect(lines[0].wholeMatch(of: /ID    STATE    PRI  ATT  WHEN +COMMAND/) != nil)
        let row = lines[1].normalized
        #expect(row.wholeMatch(of: /job1  pending    5    0  AGO +echo long (long )*l?o?n?g?…/) != nil, "\(row)")
        let heading = lines[0].firstRange(of: "COMMAND")?.lowerBound
        #expect(heading == lines[1].firstRange(of: "echo")?.lowerBound)
    }

    @Test func escapesInCommandsNeverReachATerminal() async throws {
        try await bench.add("job1", command: "printf '\u{1b}]0;title\u{7}\u{9b}31m\u{202e}'")
        for arguments in [["list"], ["show", "job1"], ["list", "--json"], ["dlq", "list"], ["status"]] {
            let outcome = try await bench.run(arguments + ["--color", "never"], columns: 200)
            let unsafe = outcome.out.unicodeScalars.filter {
                $0.value < 0x20 && $0 != "\n" || $0 == "\u{9b}" || $0 == "\u{202e}"
            }
            #expect(outcome.status == 0 && unsafe.isEmpty, "\(arguments)")
        }
    }

    @Test(
        arguments: [
            ([:], true, true), (["NO_COLOR": "1"], true, false), (["TERM": "dumb"], true, false),
            (["FORCE_COLOR": "1"], false, true), ([:], false, false),
            (["NO_COLOR": "1", "FORCE_COLOR": "1"], true, false),
        ] as [([String: String], Bool, Bool)]
    )
    func colourIsForTerminals(environment: [String: String], isTerminal: Bool, isColoured: Bool) async throws {
        try await bench.add("job1")
        let outcome = try await bench.run(["status"], environment: environment, columns: isTerminal ? 80 : nil)
        #expect(outcome.out.contains("\u{1b}[") == isColoured)
        let always = try await bench.run(["status", "--color", "always"], environment: environment)
        #expect(always.out.contains("\u{1b}["))
    }

    @Test(arguments: ["10", "1", "0", "-5", "abc", "99999999999999999999"])
    func anyWidthWillDo(width: String) async throws {
        try await bench.add("job1", in: .dead)
        for arguments in [["list"], ["status"], ["show", "job1"], ["config", "list"], ["dlq", "list"]] {
            #expect(try await bench.run(arguments, environment: ["COLUMNS": width], columns: 80).status == 0)
        }
    }

    @Test func readerThatGoesAwayEndsItQuietly() async throws {
        for number in 0..<50 { try await bench.add("job\(number)", command: String(repeating: "x", count: 4000)) }
        let outcome = try await bench.shell("{ queuectl list --json; echo $? >&2; } | head -1 | cut -c 1-12")
        #expect(outcome.out == "{\"id\":\"job0\"\n" && outcome.err == "0\n")
    }

    @Test func fullDiskIsAnError() async throws {
        try await bench.add("job1")
        let outcome = try await bench.shell("queuectl list > /dev/full")
        #expect(outcome.status == 1)
        #expect(outcome.err == "queuectl: Cannot write to standard output: No space left on device\n")
    }

    @Test func aClosedOutputIsAnErrorToo() async throws {
        try await bench.add("job1")
        let outcome = try await bench.shell("queuectl list >&-")
        #expect(outcome.status == 1)
        #expect(outcome.err == "queuectl: Cannot write to standard output: Bad file descriptor\n")
        #expect(try await bench.shell("queuectl list -q <&- 2>&-").out == "job1\n")
    }

    @Test func progressIsForTerminals() async throws {
        let lines = String(repeating: "{\"command\":\"x\"}\n", count: 300)
        #expect(try await bench.run(["enqueue", "--file", "-", "-q"], input: lines).err == "")
    }

    @Test func longWorkTellsHowFarItIsAndHowLongItWillTake() async throws {
        let bench = try Bench(server: RedisServer())
        _ = try await bench.directory.register([.default])
        let fill = QueueFill(bench.redis, prefix: bench.queue.keys.prefix)
        try await fill.dead(2000)
        let piped = try await bench.run("dlq", "purge", "--yes")
        #expect(piped.out == "deleted 2,000 jobs\n" && piped.err == "")
        try await fill.dead(60_000)
        // Once it has begun the server takes its time, so that this is long work on any machine.
        let slowness = Task {
            try await waitUntil("the first are retried") {
                try await bench.redis.send(RedisCommand("LLEN", bench.queue.keys.dlq)) != .integer(60_000)
            }
            _ = try await bench.redis.send(RedisCommand("CLIENT", "PAUSE", "800", "ALL"))
        }
        let outcome = try await bench.run(["dlq", "retry", "--all"], columns: 100)
        try await slowness.value
        #expect(outcome.out.contains(/retried [\d,]+ of 60,000, [\d,]+\/s, \d+s left/))
        #expect(outcome.out.hasSuffix("retried 60,000 jobs\n"))
    }
}
