import QueueKit
import Testing

/// What is wrong on the command line: the message, the exit code, and nothing written.
@Suite struct BadInputTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    private func expect(_ arguments: [String], _ status: Int32, _ message: String) async throws {
        let outcome = try await bench.run(arguments)
        #expect(outcome.status == status && outcome.out == "")
        #expect(outcome.err == "queuectl: \(message)\n")
        #expect(try await bench.keyCount() == 0)
    }

    @Test(
        arguments: [
            (["--max-retries", "-1"], "--max-retries: -1 is out of range; give 0...1000"),
            (["--max-retries", "abc"], #"--max-retries: "abc" is not a whole number; give 0...1000"#),
            (["--max-retries", "1e9"], "--max-retries: 1000000000 is out of range; give 0...1000"),
            (["--max-retries", "1.5"], "--max-retries: 1.5 is not a whole number; give 0...1000"),
            (["--priority", "11"], "--priority: 11 is out of range; give 0...10"),
            (["--priority", ""], #"--priority: "" is not a whole number; give 0...10"#),
            (["--backoff-base", "0.5"], "--backoff-base: 0.5 is out of range; give a number from 1 to 100"),
            (
                ["--delay", "5"],
                #"--delay: "5" has no unit; give a duration such as 500ms, 10s or 1h30m, from 0s to 3650d"#
            ),
            (
                ["--delay", "-3s"],
                #"--delay: "-3s" is not a duration; give a duration such as 500ms, 10s or 1h30m, from 0s to 3650d"#
            ),
            (
                ["--timeout", "0s"],
                "--timeout: 0s is out of range; give a duration such as 500ms, 10s or 1h30m, from 1ms to 30d"
            ),
            (
                ["--run-at", "2030-01-01T00:00:00"],
                #"--run-at: "2030-01-01T00:00:00" has no zone; give a time such as 2026-11-21T09:00:00Z, or milliseconds since the epoch"#
            ),
            (
                ["--run-at", "2026-02-30T00:00:00Z"],
                #"--run-at: "2026-02-30T00:00:00Z" does not exist in the calendar; give a time such as 2026-11-21T09:00:00Z, or milliseconds since the epoch"#
            ),
            (["--run-at", "2030-01-01T00:00:00Z", "--delay", "1s"], "--delay: excludes run_at; give one of them"),
            (
                ["--queue", "a b"],
                #"--queue: "a b" has characters that are not allowed; give 1...64 letters, digits, _ . or -"#
            ),
            (
                ["--queue", "../x"],
                #"--queue: "../x" has characters that are not allowed; give 1...64 letters, digits, _ . or -"#
            ),
            (
                ["--queue", "{x}"],
                #"--queue: "{x}" has characters that are not allowed; give 1...64 letters, digits, _ . or -"#
            ),
            (["--queue", ""], #"--queue: "" is empty; give 1...64 letters, digits, _ . or -"#),
            (
                ["--id", "a/b"],
                #"--id: "a/b" has characters that are not allowed; give 1...128 letters, digits, _ . or -"#
            ),
            (
                ["--id", "\u{1b}[31m"],
                #"--id: "\x1b[31m" has characters that are not allowed; give 1...128 letters, digits, _ . or -"#
            ),
            (["--cwd", "tmp"], #"--cwd: "tmp" is not an absolute path; give a path that begins with /"#),
            (["--env", "A"], #"--env: "A" has no value; give NAME=VALUE"#),
            (
                ["--env", "1A=b"],
                #"--env: "1A" is not a name for a variable; give letters, digits and _, not beginning with a digit"#
            ),
            (["--env", "A=1", "--env", "A=2"], #"--env: "A=2" is given twice; give each name once"#),
            (["--meta", "[1]"], "--meta: [1] is not an object; give an object"),
            (["--meta", "{"], "--meta: it is not valid JSON: it ends too early (byte 1)"),
            (["--on-error", "skip"], "--on-error goes with --file"),
        ] as [([String], String)]
    )
    func valueOfAFlagIsRefused(flags: [String], message: String) async throws {
        try await expect(["enqueue", "--command", "true"] + flags, 64, message)
    }

    @Test func queueNameOf300CharactersIsRefused() async throws {
        let name = String(repeating: "q", count: 300)
        let shown = String(repeating: "q", count: 39)
        try await expect(
            ["enqueue", "--command", "x", "--queue", name],
            64,
            #"--queue: "\#(shown)…" has 300 bytes; give 1...64 letters, digits, _ . or -"#
        )
    }

    @Test(
        arguments: [
            (
                [],
                "There is nothing to enqueue: give a document in JSON, --command, --task, a program behind --, or --file"
            ),
            (
                ["--queue", "q"],
                "There is nothing to enqueue: give a document in JSON, --command, --task, a program behind --, or --file"
            ),
            (
                ["--command", "   "],
                #"--command: "   " is blank; give a shell command of at most 131071 bytes"#
            ),
            (["--command", "x", "--", "y"], "--command: excludes argv; give one of them"),
            (["--", ""], #"The program (argv[0]): "" is empty; give an array of strings, the program first"#),
            (["{}", "--command", "x"], "Give the fields of the job in its document, or as flags, but not both"),
            (["{}", "--file", "x"], "Give a document or --file, but not both"),
            (["--file", "x", "--on-error", "go"], #"--on-error: "go" is not known; give stop or skip"#),
        ] as [([String], String)]
    )
    func unclearRequestIsRefused(arguments: [String], message: String) async throws {
        try await expect(["enqueue"] + arguments, 64, message)
    }

    @Test(
        arguments: [
            ("{}", "command: is missing; give command, argv or task"),
            (#"{"command":""}"#, #"command: "" is blank; give a shell command of at most 131071 bytes"#),
            (
                #"{"command":"a\u0000b"}"#,
                #"command: "a\x00b" contains a NUL character; give a shell command of at most 131071 bytes"#
            ),
            (#"{"command":"x","max_retires":1}"#, "max_retires: is not a field of a job; did you mean max_retries?"),
            (#"{"command":"x","priority":"high"}"#, #"priority: "high" is not a whole number; give 0...10"#),
            (#"{"command":"x","state":"dead"}"#, "state: is set by queuectl alone; leave it out"),
            ("echo hello", "the document is not valid JSON: expected a value (byte 0)"),
            ("5", #"the document is a number; give an object such as {"command":"..."}"#),
        ] as [(String, String)]
    )
    func contentOfADocumentIsRefused(document: String, message: String) async throws {
        try await expect(["enqueue", document], 65, message)
    }

    @Test func commandBeyondTheKernelsLimitIsRefused() async throws {
        // As a document from a file: the kernel would not hand it to queuectl as an argument either.
        let outcome = try await bench.run(
            ["enqueue", "--file", "-"],
            input: #"{"command":"\#(String(repeating: "x", count: 131_072))"}"#
        )
        let shown = String(repeating: "x", count: 39)
        #expect(
            outcome.err.split(separator: "\n").first
                == #"queuectl: stdin:1: command: "\#(shown)…" has 131072 bytes; give at most 131071, the kernel's limit"#
        )
        #expect(outcome.status == 1)
        #expect(try await bench.keyCount() == 0)
    }

    @Test(
        arguments: [
            (["enqeue", "x"], #""enqeue" is not a command; did you mean enqueue? See queuectl --help"#),
            (["help", "exit-code"], #"There is no help on "exit-code"; did you mean exit-codes? See queuectl --help"#),
            (["help", "dlq", "retyr"], #"There is no help on "retyr"; did you mean retry? See queuectl --help"#),
            (["dlq", "retyr", "x"], #""retyr" is not a command of dlq; did you mean retry? See queuectl dlq --help"#),
            (
                ["enqueue", "--prioritty", "3"],
                "Unknown option '--prioritty'. Did you mean '--priority'? See queuectl enqueue --help"
            ),
            (["list", "--limit"], "Missing value for '--limit <n>'. See queuectl list --help"),
            (["list", "extra"], "Unexpected argument 'extra'. See queuectl list --help"),
            (["show"], "Missing expected argument '<id>'. See queuectl show --help"),
            (["list", "--limit", "0"], #"--limit: "0" is out of range; give 1...100000"#),
            (
                ["list", "--state", "runing"],
                #"--state: "runing" is not a state; give one of pending, scheduled, processing, completed, failed, dead, cancelled"#
            ),
            (["list", "--state", "pendign"], #"--state: "pendign" is not a state; did you mean pending?"#),
            (
                ["status", "--namespace", "{a}"],
                #"--namespace: "{a}" is not a namespace; give 1...64 letters, digits, _ . or -"#
            ),
            (["config", "set", "max-retrise", "5"], "max-retrise is not a setting; did you mean max-retries?"),
            (["config", "set", "max-retries", "-1"], #"max-retries: "-1" is out of range; give 0...1000"#),
            (
                ["config", "set", "lease", "30"],
                #"lease: "30" has no unit; give a duration such as 500ms, 10s or 1h30m, from 1s to 1h"#
            ),
            (["config", "set", "max-retries", "5", "6"], "max-retries: give one value: 0...1000"),
            (["cancel"], "Say which jobs to cancel: give ids"),
            (["dlq", "retry", "--all", "x"], "Give ids or --all, but not both"),
            (
                ["worker", "stop", "--id", "x"],
                #"--id: "x" is not the id of a worker; see queuectl worker list"#
            ),
            (["completions", "tcsh"], #""tcsh" has no completions; give bash, zsh or fish"#),
            (
                ["show", "a b"],
                #"id: "a b" has characters that are not allowed; give 1...128 letters, digits, _ . or -"#
            ),
        ] as [([String], String)]
    )
    func usageErrorIsOneLine(arguments: [String], message: String) async throws {
        try await expect(arguments, 64, message)
    }

    @Test func errorsAreJSONWhenAsked() async throws {
        for arguments in [
            ["enqueue", "--json", "--priority", "11", "--command", "x"], ["enqueue", "--jso", "--json"],
        ] {
            let outcome = try await bench.run(arguments)
            let error = try #require(try outcome.err.json()["error"])
            #expect(outcome.status == 64 && outcome.out == "")
            #expect(error["code"] == .string("usage") && error["exit_code"] == .number("64"))
            #expect(error["message"]?.string?.isEmpty == false)
        }
    }
}
