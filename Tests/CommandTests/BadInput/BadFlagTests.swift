import Testing

/// Values of flags that are wrong, in each command that takes them.
@Suite struct BadFlagTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    private static let time = "give a time such as 2026-11-21T09:00:00Z, or milliseconds since the epoch"
    private static let duration = "give a duration such as 500ms, 10s or 1h30m, from"
    private static let queue = "has characters that are not allowed; give 1...64 letters, digits, _ . or -"
    private static let id = "has characters that are not allowed; give 1...128 letters, digits, _ . or -"

    /// What stands behind `enqueue --command true`, and what is said of it.
    private static let flags: [([String], String)] = [
        (["--max-retries", "-1"], "--max-retries: -1 is out of range; give 0...1000"),
        (["--max-retries", "abc"], #"--max-retries: "abc" is not a whole number; give 0...1000"#),
        (["--max-retries", "1e9"], "--max-retries: 1000000000 is out of range; give 0...1000"),
        (["--max-retries", "1.5"], "--max-retries: 1.5 is not a whole number; give 0...1000"),
        (["--priority", "11"], "--priority: 11 is out of range; give 0...10"),
        (["--priority", ""], #"--priority: "" is not a whole number; give 0...10"#),
        (["--priority", "nan"], #"--priority: "nan" is not a whole number; give 0...10"#),
        (["--backoff-base", "0.5"], "--backoff-base: 0.5 is out of range; give a number from 1 to 100"),
        (["--delay", "5"], #"--delay: "5" has no unit; \#(duration) 0s to 3650d"#),
        (["--delay", "-3s"], #"--delay: "-3s" is not a duration; \#(duration) 0s to 3650d"#),
        (["--delay", "3651d"], "--delay: 3651d is out of range; \(duration) 0s to 3650d"),
        (["--timeout", "0s"], "--timeout: 0s is out of range; \(duration) 1ms to 30d"),
        (["--grace", "61s"], "--grace: 1m1s is out of range; \(duration) 0s to 1m"),
        (["--run-at", "2030-01-01T00:00:00"], #"--run-at: "2030-01-01T00:00:00" has no zone; \#(time)"#),
        (["--run-at", "2026-02-30"], #"--run-at: "2026-02-30" is not a time; \#(time)"#),
        (
            ["--run-at", "2026-02-30T00:00:00Z"],
            #"--run-at: "2026-02-30T00:00:00Z" does not exist in the calendar; \#(time)"#
        ),
        (["--run-at", "1795251600"], "--run-at: 1795251600 (1970-01-21T18:40:51.600Z) is out of range; \(time)"),
        (["--run-at", "2030-01-01T00:00:00Z", "--delay", "1s"], "--delay: excludes --run-at; give one of them"),
        (["--queue", "a b"], #"--queue: "a b" \#(queue)"#),
        (["--queue", "../x"], #"--queue: "../x" \#(queue)"#),
        (["--queue", "{x}"], #"--queue: "{x}" \#(queue)"#),
        (["--queue", ".."], #"--queue: ".." is reserved; give 1...64 letters, digits, _ . or -"#),
        (["--queue", ""], #"--queue: "" is empty; give 1...64 letters, digits, _ . or -"#),
        (
            ["--queue", String(repeating: "q", count: 300)],
            #"--queue: "\#(String(repeating: "q", count: 39))…" has 300 bytes; give 1...64 letters, digits, _ . or -"#
        ),
        (["--id", "a/b"], #"--id: "a/b" \#(id)"#),
        (["--id", "\u{1b}[31m"], #"--id: "\x1b[31m" \#(id)"#),
        (["--id", ""], #"--id: "" is empty; give 1...128 letters, digits, _ . or -"#),
        (["--cwd", "tmp"], #"--cwd: "tmp" is not an absolute path; give a path that begins with /"#),
        (["--env", "A"], #"--env: "A" has no value; give NAME=VALUE"#),
        (
            ["--env", "1A=b"],
            #"--env: "1A" is not a name for a variable; give letters, digits and _, not beginning with a digit"#
        ),
        (
            ["--env-from", "hunter2"],
            "--env-from: what was given has no value; give NAME=file:NAME or NAME=variable:NAME"
        ),
        (["--env", "A=1", "--env", "A=2"], #"--env: "A" is given twice; give each name once"#),
        (["--meta", "[1]"], "--meta: [1] is not an object; give an object"),
        (["--meta", "{"], "--meta: it is not valid JSON: it ends too early (byte 1)"),
        (["--on-error", "skip"], "--on-error goes with --file"),
    ]

    @Test(arguments: flags.map { Refusal(["enqueue", "--command", "true"] + $0.0, 64, $0.1) })
    func valueOfAFlagIsRefused(_ refusal: Refusal) async throws { try await bench.refuses(refusal) }

    /// The same flags elsewhere: `run` has its own code for what it cannot do, and `edit` a job that it must leave as it is.
    @Test(
        arguments: [
            (["--priority", "11"], "--priority: 11 is out of range; give 0...10"),
            (["--timeout", "0s"], "--timeout: 0s is out of range; \(duration) 1ms to 30d"),
            (["--delay", "5"], #"--delay: "5" has no unit; \#(duration) 0s to 3650d"#),
            (["--env", "A"], #"--env: "A" has no value; give NAME=VALUE"#),
            (["--queue", "a b"], #"--queue: "a b" \#(queue)"#),
        ] as [([String], String)]
    )
    func runAndEditRefuseTheSame(flags: [String], message: String) async throws {
        try await bench.add("job1")
        try await bench.refuses(Refusal(["run"] + flags + ["--", "true"], 125, message))
        try await bench.refuses(Refusal(["edit", "job1"] + flags + ["--max-retries", "1"], 64, message))
    }

    @Test(
        arguments: [
            Refusal(
                "enqueue",
                64,
                "There is nothing to enqueue: give a document in JSON, --command, --task, a program behind --, or --file"
            ),
            Refusal(
                "enqueue --queue q",
                64,
                "There is nothing to enqueue: give a document in JSON, --command, --task, a program behind --, or --file"
            ),
            Refusal(
                ["enqueue", "--command", "   "],
                64,
                #"--command: "   " is blank; give a shell command of at most 131071 bytes"#
            ),
            Refusal("enqueue --command x -- y", 64, "--command: excludes a program behind --; give one of them"),
            Refusal(
                ["enqueue", "--", ""],
                64,
                #"The program (argv[0]): "" is empty; give an array of strings, the program first"#
            ),
            Refusal(
                "enqueue {} --command x",
                64,
                "Give the fields of the job in its document, or as flags, but not both"
            ),
            Refusal("enqueue {} --file x", 64, "Give a document or --file, but not both"),
            Refusal(
                "enqueue --file x --on-error go",
                64,
                #"--on-error: "go" is not known; give stop or skip"#
            ),
            Refusal("run", 125, "There is nothing to run: give a program behind --, --command or --task"),
            Refusal("run true", 125, #""true" stands before --; put the program behind it: queuectl run -- PROGRAM"#),
        ]
    )
    func unclearRequestIsRefused(_ refusal: Refusal) async throws { try await bench.refuses(refusal) }
}
