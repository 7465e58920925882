import QueueKit
import Testing

/// `enqueue --file`.
@Suite struct EnqueueFileTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    private func commands() async throws -> [String?] {
        try await bench.queue.list(.pending, limit: 1000).map { $0.command?.description }
    }

    @Test func linesAreAddedInOrderWithTheirIDsOnStdout() async throws {
        let lines = (1...450).map { #"{"command":"echo \#($0)"}"# }
        let outcome = try await bench.run(["enqueue", "--file", "-"], input: lines.joined(separator: "\n"))
        #expect(outcome.status == 0 && outcome.lines.count == 450 && outcome.lines.allSatisfy(\.isULID))
        #expect(outcome.err == "queuectl: enqueued 450 jobs\n")
        #expect(try await commands() == (1...450).map { "echo \($0)" })
    }

    @Test func byteOrderMarkCRLFAndBlankLinesAreSkipped() async throws {
        let outcome = try await bench.run(
            ["enqueue", "--file", "-"],
            input: "\u{feff}{\"command\":\"a\"}\r\n\r\n   \n{\"command\":\"b\"}\r\n\n"
        )
        #expect(outcome.status == 0 && outcome.lines.count == 2)
        #expect(try await commands() == ["a", "b"])
    }

    @Test func stopKeepsWhatCameBeforeAndCountsIt() async throws {
        let outcome = try await bench.run(
            ["enqueue", "--file", "-"],
            input: #"{"command":"a"}"# + "\n" + #"{"command":"b"}"# + "\n{\n" + #"{"command":"c"}"# + "\n"
        )
        #expect(outcome.status == 1 && outcome.lines.count == 2)
        #expect(
            outcome.err == """
                queuectl: stdin:3: the document is not valid JSON: it ends too early (byte 1)
                queuectl: enqueued 2 jobs and stopped at line 3. What follows was not read; --on-error skip goes on

                """
        )
        #expect(try await commands() == ["a", "b"])
    }

    @Test func stopIsExactForIDsThatExist() async throws {
        try await bench.add("taken", to: bench.directory.queue(QueueName("mail")))
        let input = """
            {"id":"a","command":"a"}
            {"id":"taken","command":"b","queue":"mail"}
            {"id":"c","command":"c"}
            {"id":"d","command":"d","queue":"mail"}
            """
        let outcome = try await bench.run(["enqueue", "--file", "-"], input: input)
        #expect(outcome.status == 1 && outcome.out == "a\n")
        #expect(
            outcome.err == """
                queuectl: stdin:2: Cannot enqueue job taken in "mail": it exists already (pending). Give another id, or --replace
                queuectl: enqueued 1 job and stopped at line 2. What follows was not read; --on-error skip goes on

                """
        )
        #expect(try await commands() == ["a"])
    }

    @Test func skipGoesOnAndReportsEachLine() async throws {
        let broken = String(repeating: "x", count: 2 << 20)
        let input = """
            {"command":"a"}
            {"command":5}
            {"command":"\(broken)"}
            {"id":"same","command":"b"}
            {"id":"same","command":"c"}
            {"command":"d","queue":"mail"}
            """
        let outcome = try await bench.run(["enqueue", "--file", "-", "--on-error", "skip"], input: input)
        #expect(outcome.status == 1 && outcome.lines.count == 3)
        #expect(
            outcome.err == """
                queuectl: stdin:2: command: 5 is not a string; give a shell command of at most 131071 bytes
                queuectl: stdin:3: the line has 2097166 bytes; give at most 1048576 (1 MiB)
                queuectl: stdin:5: Cannot enqueue job same in "default": it exists already (pending). Give another id, or --replace
                queuectl: enqueued 3 jobs, 3 lines failed

                """
        )
        #expect(try await commands() == ["a", "b"])
    }

    @Test func fileIsNamedInMessages() async throws {
        _ = try await bench.shell(#"printf '%s\n' '{"command":"a"}' '{"comand":"b"}' > jobs.ndjson"#)
        let outcome = try await bench.run("enqueue", "--file", "jobs.ndjson", "--queue", "mail", "--json")
        #expect(outcome.status == 1)
        #expect(try outcome.lines.first?.json()["queue"] == .string("mail"))
        let errors = outcome.err.split(separator: "\n")
        #expect(try String(errors[0]).json()["error"]?["message"]?.string?.hasPrefix("jobs.ndjson:2: comand:") == true)
        #expect(errors[1] == #"{"summary":{"enqueued":1,"failed":1,"stopped_at_line":2}}"#)
    }

    @Test func fileThatCannotBeReadIsNamed() async throws {
        let missing = try await bench.run("enqueue", "--file", "no\u{1b}file")
        #expect(missing.status == 1 && missing.err == "queuectl: Cannot read no\\x1bfile: No such file or directory\n")
        let folder = try await bench.run("enqueue", "--file", "/tmp")
        #expect(folder.status == 1 && folder.err.hasPrefix("queuectl: Cannot read /tmp: Is a directory\n"))
    }

    @Test func emptyFileIsNoError() async throws {
        let outcome = try await bench.run("enqueue", "--file", "/dev/null")
        #expect(outcome.status == 0 && outcome.out == "" && outcome.err == "queuectl: enqueued 0 jobs\n")
    }

    @Test func linesThatTrickleInAreEnqueuedAtOnce() async throws {
        let feed =
            #"(echo '{"command":"first"}'; while [ "$(queuectl list -q | wc -l)" = 0 ]; do sleep 0.05; done; "#
            + #"echo '{"command":"second"}') | timeout 20 queuectl enqueue --file -"#
        #expect(try await bench.shell(feed).status == 0)
        #expect(try await commands() == ["first", "second"])
    }

    @Test func interruptionSaysWhatIsEnqueued() async throws {
        let feed =
            #"(exec 2>&-; echo '{"command":"first"}'; exec sleep 20) | queuectl enqueue --file - & feed=$!; "#
            + #"while [ "$(queuectl list -q | wc -l)" = 0 ]; do sleep 0.05; done; sleep 0.3; "#
            + #"kill $feed; wait $feed"#
        let outcome = try await bench.shell(feed)
        #expect(outcome.status == 143)
        #expect(outcome.err == "\nqueuectl: interrupted; at least 1 job is enqueued\n")
    }
}
