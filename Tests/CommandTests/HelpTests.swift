import Foundation
import QueueKit
import RedisClient
import TestSupport
import Testing

/// Help, versions and completions.
@Suite struct HelpTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    @Test func withoutArgumentsThereIsConciseHelp() async throws {
        let outcome = try await bench.run([])
        #expect(outcome.status == 0 && outcome.err == "")
        #expect(
            outcome.out == """
                queuectl runs commands in the background, by way of a queue in Redis.

                  queuectl enqueue --command "echo Hello"    add a job
                  queuectl worker start                      run what is queued

                See what is going on with `queuectl status`. All commands: queuectl --help

                """
        )
    }

    @Test func exitCodesAreExplained() async throws {
        let outcome = try await bench.run("help", "exit-codes")
        #expect(outcome.status == 0)
        for code in [0, 1, 2, 3, 4, 64, 65, 69, 75, 78, 124, 125] {
            #expect(outcome.out.contains("\n" + String(repeating: " ", count: 5 - String(code).count) + "\(code)  "))
        }
        #expect(try await bench.run("help", "environment").out.contains("QUEUECTL_REDIS_URL"))
    }

    @Test func versionIsForPeopleAndPrograms() async throws {
        let line = try await bench.run("version").out
        #expect(line.wholeMatch(of: /queuectl \d+\.\d+\.\d+\n/) != nil)
        #expect(try await bench.run("--version").out == line)
        #expect(
            try await bench.run("version", "--json").out.json()["version"]?.string.map { "queuectl \($0)\n" } == line
        )
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func completionsAreScripts(shell: String) async throws {
        let outcome = try await bench.run("completions", shell)
        #expect(outcome.status == 0 && outcome.out.contains("enqueue") && outcome.out.contains("rejected"))
        #expect(try await bench.run("--generate-completion-script", shell).status == 0)
    }

    /// Every command, as `--help` is asked of it.
    static let commands = [
        "", "enqueue", "run", "status", "list", "show", "logs", "wait", "edit", "cancel", "delete", "jobs", "job",
        "job progress",
        "job result", "job error", "job retry-after", "job fatal", "dlq", "dlq list", "dlq show", "dlq retry",
        "dlq purge", "rejected", "rejected list", "rejected show", "rejected retry", "rejected purge", "push",
        "push check", "push schema", "sign", "tasks", "tasks check",
        "worker", "worker start",
        "worker list", "worker stop", "queue", "queue list", "queue pause", "queue resume", "pause", "resume", "signal",
        "config", "config get", "config set",
        "config unset", "config list", "server", "server status", "server start", "server stop", "doctor",
        "install-functions",
        "completions",
        "version", "demo",
    ]

    @Test func everyCommandIsInThatList() async throws {
        func names(_ help: String) -> [String] {
            var names: [String] = []
            var isInside = false
            for line in help.split(separator: "\n", omittingEmptySubsequences: false) {
                if line.hasSuffix("SUBCOMMANDS:") { isInside = true } else if !line.hasPrefix("  ") { isInside = false }
                if isInside, let match = line.prefixMatch(of: #/  ([a-z-]+)/#) { names.append(String(match.1)) }
            }
            return names
        }
        for command in Self.commands where command != "jobs" {
            let words = command.split(separator: " ").map(String.init)
            for name in names(try await bench.run(words + ["--help"]).out) where command != "queue" || name == "list" {
                #expect(Self.commands.contains(command.isEmpty ? name : "\(command) \(name)"))
            }
        }
    }

    @Test(arguments: commands)
    func examplesInTheHelpWork(command: String) async throws {
        let words = command.split(separator: " ").map(String.init)
        let help = try await bench.run(words + ["--help"])
        let examples = Self.examples(in: help.out)
        #expect(help.status == 0 && help.err == "" && !examples.isEmpty)
        for example in examples { try await tryOut(example) }
    }

    /// The parser wraps lines that are too long where it likes: then an example is broken, and a paragraph that was wrapped
    /// already is ragged.
    @Test(arguments: commands)
    func textsFitIntoATerminal(command: String) async throws {
        let words = command.split(separator: " ").map(String.init)
        let help = try await bench.run(words + ["--help"]).out
        let text = help.prefix(upTo: help.firstRange(of: "\nUSAGE:")?.lowerBound ?? help.endIndex)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for (line, next) in zip(lines, lines.dropFirst()) {
            #expect(line.count <= 80, "\(line)")
            let isProse = ![line, next].contains { $0.isEmpty || $0.hasPrefix(" ") }
            let word = next.prefix { $0 != " " }
            if isProse { #expect(line.count + 1 + word.count >= 80, "there was room for \(word) behind: \(line)") }
            if line.hasPrefix("  "), !next.isEmpty { #expect(next.hasPrefix("  "), "it was wrapped: \(line)") }
        }
    }

    private static func examples(in help: String) -> [String] {
        let lines = help.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let start = lines.firstIndex(of: "EXAMPLES:") else { return [] }
        return lines[(start + 1)...].prefix { $0.hasPrefix("  ") }.map { String($0.dropFirst(2)) }
    }

    private func tryOut(_ example: String) async throws {
        let bench = try Bench()
        let tasks = "tasks: {hello: {argv: [echo, hello]}}\n"
        try Data(tasks.utf8).write(to: URL(filePath: bench.folder.path + "/tasks.yaml"))
        try bench.writeSigningKeys()
        _ = try await bench.directory.register([.default])
        let state: JobState = example.contains("dlq") ? .dead : example.contains("logs") ? .completed : .pending
        try await bench.add("job1", in: state)
        _ = try await bench.redis.send(
            RedisCommand(
                "XADD",
                bench.queue.keys.rejected,
                "1795251600000-0",
                "reason",
                "no",
                "raw",
                #"{"command":"true"}"#,
                "length",
                "18"
            )
        )
        if example.contains("queuectl run") { return try await tryOutRun(example, bench) }
        if ["pause", "resume", "signal"].contains(where: { example.contains("queuectl \($0) job1") }) {
            return try await tryOutSteering(example, bench)
        }
        if example.contains("wait job1") { return try await tryOutWait(example, bench) }
        if example.contains("queuectl job ") || example.contains("QUEUECTL_CONTROL") {
            return try await tryOutInJob(example)
        }
        if example.contains("worker start") { return try await tryOutWorker(example, bench) }
        let outcome = try await bench.shell("export QUEUECTL_DATA_DIR=$HOME/data; \(example)")
        // A doctor that finds something ends with 1, and this server keeps nothing on disk.
        #expect(outcome.status == (example.contains("doctor") ? 1 : 0), "\(example): \(outcome.err)")
        if example.contains("server") {
            try await bench.run(["server", "stop"], environment: ["QUEUECTL_DATA_DIR": bench.folder.path + "/data"])
        }
    }

    /// Beside a worker.
    private func tryOutRun(_ example: String, _ bench: Bench) async throws {
        let outcome = try await bench.besideWorker(example)
        #expect(outcome.status == 0 && outcome.err == "", "\(example): \(outcome.err)")
    }

    /// The job runs, and its worker listens.
    private func tryOutSteering(_ example: String, _ bench: Bench) async throws {
        let worker = try #require(try await bench.claim(1).first).token.worker
        let channel = bench.directory.controlChannel(of: worker)
        let subscription = try RedisSubscription(bench.server.configuration, channels: [channel])
        for await _ in subscription.messages { break }
        let outcome = try await bench.shell(example)
        #expect(outcome.status == 0, "\(example): \(outcome.err)")
    }

    /// The job runs, and completes once somebody waits for that.
    private func tryOutWait(_ example: String, _ bench: Bench) async throws {
        let claimed = try #require(try await bench.claim(1).first)
        async let outcome = bench.shell(example)
        if !example.contains("--for") {
            try await bench.isListening(to: "job1")
            try await bench.end(claimed, .completed)
        }
        let ended = try await outcome
        #expect(ended.status == 0, "\(example): \(ended.err)")
    }

    /// A named pipe is as good as a worker's.
    private func tryOutInJob(_ example: String) async throws {
        let line = "mkfifo pipe && { cat pipe & } && export QUEUECTL_CONTROL=$PWD/pipe; \(example) && wait"
        let outcome = try await Bench().shell(line)
        #expect(outcome.status == 0 && outcome.err == "", "\(example): \(outcome.err)")
        #expect(outcome.lines.count == 1)
    }

    private func tryOutWorker(_ example: String, _ bench: Bench) async throws {
        if example.contains("--require-signature") {
            let signed = ["enqueue", "--id", "job1", "--signing-keys", "keys", "--command", "true"]
            #expect(try await bench.run("delete", "job1").status == 0)
            #expect(try await bench.run(signed).status == 0)
        }
        async let worker = bench.shell(example)
        do {
            try await waitUntil("the worker has run the job", within: .seconds(60)) {
                try await bench.job("job1").state == .completed
            }
        } catch {
            try await bench.run("worker", "stop")
            Issue.record("\(example): \(try await worker.err): \(error)")
            return
        }
        let stop = try await bench.run("worker", "stop")
        #expect(stop.status == 0, "\(example): \(stop.err)")
        let outcome = try await worker
        #expect(outcome.status == 0, "\(example): \(outcome.err)")
    }
}
