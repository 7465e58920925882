import Testing

/// Names of queues and ids of jobs that are none, in every command that takes them.
@Suite struct BadNameTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    private static let queueNames = ["a b", "../x", "{x}", "\u{1b}[2J"]

    /// Commands that take `--queue`.
    @Test(
        arguments: [
            "list", "status", "show job1", "logs job1", "edit job1 --priority 3", "cancel job1", "delete job1",
            "dlq list", "dlq show job1", "dlq retry --all", "dlq purge --yes", "rejected list", "rejected show 1-1",
            "rejected purge --yes", "rejected retry 1-1", "worker start", "doctor", "pause", "pause job1", "resume",
            "queue pause",
            "queue resume", "signal job1 HUP", "wait job1",
        ]
    )
    func aQueueOfNoSuchFormIsRefused(line: String) async throws {
        try await bench.add("job1")
        let shown = ["a b", "../x", "{x}", #"\x1b[2J"#]
        for (name, shown) in zip(Self.queueNames, shown) {
            let message = "\"\(shown)\" has characters that are not allowed; give 1...64 letters, digits, _ . or -"
            let arguments = line.split(separator: " ").map(String.init) + ["--queue", name]
            try await bench.refuses(Refusal(arguments, line.hasPrefix("wait") ? 125 : 64, "--queue: \(message)"))
        }
    }

    @Test(arguments: ["queue pause", "queue resume"])
    func aNameThatStandsAloneIsRefusedToo(line: String) async throws {
        let message = #"queue: "{x}" has characters that are not allowed; give 1...64 letters, digits, _ . or -"#
        try await bench.refuses(Refusal("\(line) {x}", 64, message))
    }

    /// Commands that take an id.
    @Test(
        arguments: [
            "show", "logs", "cancel", "delete", "wait", "edit --priority 3", "dlq show", "dlq retry", "pause", "resume",
            "signal ID HUP",
        ]
    )
    func anIDOfNoSuchFormIsRefused(line: String) async throws {
        for (id, problem) in [
            ("a b", #""a b" has characters that are not allowed"#), ("..", #"".." is reserved"#),
            ("\u{1b}[31m", #""\x1b[31m" has characters that are not allowed"#), ("", #""" is empty"#),
            (String(repeating: "i", count: 129), "\"\(String(repeating: "i", count: 39))…\" has 129 bytes"),
        ] {
            var words = line.split(separator: " ").map(String.init)
            if let at = words.firstIndex(of: "ID") { words[at] = id } else { words.append(id) }
            let message = "id: \(problem); give 1...128 letters, digits, _ . or -"
            try await bench.refuses(Refusal(words, line == "wait" ? 125 : 64, message))
        }
    }
}
