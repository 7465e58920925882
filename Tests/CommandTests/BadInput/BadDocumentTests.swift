import Testing

/// Documents that are wrong, given as an argument or on the lines of a file.
@Suite struct BadDocumentTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    private static let documents: [(String, String)] = [
        ("{}", "command: is missing; give command, argv or task"),
        (#"{"command":""}"#, #"command: "" is blank; give a shell command of at most 131071 bytes"#),
        (#"{"command":"\u3000 "}"#, "command: \"\u{3000} \" is blank; give a shell command of at most 131071 bytes"),
        (
            #"{"command":"a\u0000b"}"#,
            #"command: "a\x00b" contains a NUL character; give a shell command of at most 131071 bytes"#
        ),
        (
            #"{"argv":["a","\u0000"]}"#,
            #"argv[1]: "\x00" contains a NUL character; give an array of strings, the program first"#
        ),
        (#"{"command":"x","max_retires":1}"#, "max_retires: is not a field of a job; did you mean max_retries?"),
        (#"{"command":"x","priority":"high"}"#, #"priority: "high" is not a whole number; give 0...10"#),
        (#"{"command":"x","priority":null}"#, "priority: null is not a whole number; give 0...10"),
        (#"{"command":"x","state":"dead"}"#, "state: is set by queuectl alone; leave it out"),
        (
            #"{"command":"x","queue":"a b"}"#,
            #"queue: "a b" has characters that are not allowed; give 1...64 letters, digits, _ . or -"#
        ),
        ("echo hello", "the document is not valid JSON: expected a value (byte 0)"),
        ("5", #"the document is a number; give an object such as {"command":"..."}"#),
    ]

    @Test(arguments: documents.map { Refusal(["enqueue", $0.0], 65, $0.1) })
    func contentOfADocumentIsRefused(_ refusal: Refusal) async throws { try await bench.refuses(refusal) }

    @Test(arguments: documents)
    func contentOfALineIsRefused(document: String, message: String) async throws {
        try await bench.refuses(
            Refusal(
                "enqueue --file -",
                1,
                "stdin:1: \(message)\nqueuectl: enqueued 0 jobs and stopped at line 1. What follows was not read; --on-error skip goes on"
            ),
            input: document + "\n" + #"{"command":"not reached"}"#
        )
    }

    @Test func commandBeyondTheKernelsLimitIsRefused() async throws {
        // As a document from a file: the kernel would not hand it to queuectl as an argument either.
        let shown = String(repeating: "x", count: 39)
        try await bench.refuses(
            Refusal(
                "enqueue --file - --on-error skip",
                1,
                """
                stdin:1: command: "\(shown)…" has 131072 bytes; give at most 131071, the kernel's limit
                queuectl: enqueued 0 jobs, 1 line failed
                """
            ),
            input: #"{"command":"\#(String(repeating: "x", count: 131_072))"}"#
        )
    }

    /// An array is added as a whole or not at all, and does not even make its queue known.
    @Test(
        arguments: [
            ("[]", 65, "the array is empty; give at least one job"),
            ("[", 65, "the array is not valid JSON: it ends too early (byte 1)"),
            (
                #"[{"command":"a"},{"command":"b","priority":11}]"#, 65,
                "[1]: priority: 11 is out of range; give 0...10"
            ),
            (#"[{"command":"a"},5]"#, 65, #"[1]: the document is a number; give an object such as {"command":"..."}"#),
            (
                #"[{"id":"x","command":"a","queue":"new"},{"id":"x","command":"b","queue":"new"}]"#, 65,
                #"[1]: id: "x" stands in the array twice; give each id once"#
            ),
            (
                #"[{"command":"a","queue":"m"},{"command":"b"}]"#, 65,
                #"the array has jobs for "default" and "m"; give one queue, or one job on each line with --file"#
            ),
        ] as [(String, Int32, String)]
    )
    func arrayWithSomethingWrongAddsNothing(array: String, status: Int32, message: String) async throws {
        try await bench.refuses(Refusal(["enqueue", array], status, message))
    }

    @Test func eachLineThatIsWrongIsNamed() async throws {
        let lines = (1...10).map { number in
            switch number {
            case 3: #"{"command":"echo 3""#
            case 9: #"{"command":"echo 9","priority":true}"#
            default: #"{"id":"j\#(number)","command":"echo \#(number)"}"#
            }
        }
        let input = "\u{feff}" + lines.joined(separator: "\r\n")
        let outcome = try await bench.run(["enqueue", "--file", "-", "--on-error", "skip"], input: input)
        #expect(outcome.status == 1 && outcome.lines == [1, 2, 4, 5, 6, 7, 8, 10].map { "j\($0)" })
        #expect(
            outcome.err == """
                queuectl: stdin:3: the document is not valid JSON: it ends too early (byte 19)
                queuectl: stdin:9: priority: true is not a whole number; give 0...10
                queuectl: enqueued 8 jobs, 2 lines failed

                """
        )
        // Again, and stopping: what came before the first line that is wrong exists already, and nothing more is added.
        try await bench.refuses(
            Refusal(
                "enqueue --file -",
                1,
                """
                stdin:1: Cannot enqueue job j1 in "default": it exists already (pending). Give another id, or --replace
                queuectl: enqueued 0 jobs and stopped at line 1. What follows was not read; --on-error skip goes on
                """
            ),
            input: input
        )
    }
}
