import Foundation
import QueueKit
import TestSupport
import Testing

/// `edit`: by flags, as a document, in an editor.
@Suite struct EditTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    /// An editor: a script that gets the file as its argument. Returns the environment that names it.
    private func editor(_ script: String) throws -> [String: String?] {
        let path = "\(bench.folder.path)/editor.sh"
        try Data("\(script)\n".utf8).write(to: URL(filePath: path))
        // A script that is executed itself may not be open for writing in any process, not even one that is being forked.
        return ["VISUAL": nil, "EDITOR": "sh \(path)"]
    }

    /// What editing has left in the folder for temporary files.
    private func leftovers() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: bench.folder.path).filter { $0.hasPrefix("queuectl-") }
    }

    @Test func flagsChangeTheirFieldsAndTellWhatChanged() async throws {
        try await bench.run("enqueue", "--id", "job1", "--command", "old", "--tag", "a", "--tag", "b", "--env", "X=1")
        let outcome = try await bench.run(
            "edit",
            "job1",
            "--priority",
            "9",
            "--timeout",
            "300s",
            "--command",
            "new",
            "--unset",
            "tags"
        )
        #expect(outcome.status == 0 && outcome.err == "")
        #expect(
            outcome.out == """
                edited job1
                  command   old -> new
                  priority  5 -> 9
                  timeout   (none) -> 5m
                  tags      ["a","b"] -> (none)

                """
        )
        let job = try await bench.job("job1")
        #expect(job.command == .shell("new") && job.priority == 9 && job.timeout == .seconds(300) && job.tags == [])
        #expect(job.env == ["X": "1"])
        #expect(try await bench.claim(1).map(\.job.id.text) == ["job1"])
    }

    @Test func whatIsSoAlreadyIsNoChangeAndJSONTellsTheSame() async throws {
        try await bench.add("job1")
        #expect(try await bench.run("edit", "job1", "--priority", "5").out == "unchanged job1\n")
        let answer = try await bench.run("edit", "job1", "--max-retries", "0", "--json").out.json()
        #expect(answer["result"] == .string("edited") && answer["state"] == .string("pending"))
        #expect(answer["changes"]?["max_retries"]?["from"] == .number("3"))
        #expect(answer["changes"]?["max_retries"]?["to"] == .number("0"))
        #expect(try await bench.run("edit", "job1", "--max-retries", "1", "-q").out == "job1\n")
        #expect(try await bench.run("edit", "job1", "--", "echo", "a b").status == 0)
        #expect(try await bench.job("job1").command == .argv(["echo", "a b"]))
    }

    @Test func aDocumentTakesThePlaceOfTheOldOne() async throws {
        try await bench.run("enqueue", "--id", "job1", "--command", "old", "--tag", "a", "--timeout", "5m")
        let outcome = try await bench.run(["edit", "job1", "--file", "-"], input: #"{"argv":["ls"],"priority":7}"#)
        #expect(outcome.status == 0)
        let job = try await bench.job("job1")
        #expect(job.command == .argv(["ls"]) && job.priority == 7 && job.tags == [] && job.timeout == nil)
        let wrong = try await bench.run(
            ["edit", "job1", "--file", "-"],
            input: "{\"command\":\"x\",\n\"priority\":11}"
        )
        #expect(wrong.status == 65 && wrong.err == "queuectl: stdin: priority: 11 is out of range; give 0...10\n")
        let broken = try await bench.run(["edit", "job1", "--file", "-"], input: "{\"command\":\"x\",\n priority:11}")
        #expect(broken.status == 65 && broken.err.hasPrefix("queuectl: stdin:2: it is not valid JSON: "))
        let other = try await bench.run(["edit", "job1", "--file", "-"], input: #"{"command":"x","id":"job2"}"#)
        #expect(other.status == 65 && other.err.contains("another id"))
        #expect(try await bench.job("job1") == job)
    }

    @Test(arguments: [JobState.pending, .scheduled, .failed, .dead])
    func aTimeMovesTheNextRunOfWhatHasOne(state: JobState) async throws {
        try await bench.add("job1", in: state)
        let outcome = try await bench.run("edit", "job1", "--delay", "2h")
        if state == .dead {
            #expect(outcome.status == 3)
            #expect(
                outcome.err == """
                    queuectl: Cannot edit job job1 in "default": it is dead, so it has no next run. Leave the time out, or retry it first

                    """
            )
            return
        }
        #expect(outcome.status == 0 && outcome.out.contains("-> 2h"))
        let moved = try await bench.job("job1")
        #expect(moved.state == (state == .failed ? .failed : .scheduled))
        #expect(try #require(moved.nextRunAt) > Timestamp(milliseconds: Timestamp.now().milliseconds + 7_000_000))
        #expect(try await bench.run("edit", "job1", "--unset", "run-at").status == 0)
        #expect(try await bench.job("job1").state == .pending)
    }

    @Test(arguments: [
        (JobState.processing, "it is running. Cancel it first, or wait"),
        (.completed, "it has completed already. Enqueue another one"),
        (.cancelled, "it was cancelled. Enqueue another one"),
    ])
    func aJobThatRunsOrHasEndedIsRefused(_ state: JobState, _ why: String) async throws {
        try await bench.add("job1", in: state)
        let marker = "\(bench.folder.path)/opened"
        for arguments in [["--priority", "9"], []] {
            let outcome = try await bench.run(["edit", "job1"] + arguments, environment: try editor("touch \(marker)"))
            #expect(outcome.status == 3 && outcome.err == "queuectl: Cannot edit job job1 in \"default\": \(why)\n")
        }
        // Nobody is made to write what cannot be taken.
        #expect(!FileManager.default.fileExists(atPath: marker))
    }

    @Test func anEditorGetsTheDocumentOneFieldOnALine() async throws {
        try await bench.run(
            "enqueue",
            "--id",
            "job1",
            "--command",
            "echo \"hi\"",
            "--timeout",
            "90s",
            "--run-at",
            "2040-01-02T03:04:05Z"
        )
        let copy = "\(bench.folder.path)/copy"
        let outcome = try await bench.run(
            ["edit", "job1"],
            environment: try editor("cp \"$1\" \(copy); sed -i 's/\"priority\": 5/\"priority\": 8/' \"$1\"")
        )
        #expect(outcome.status == 0 && outcome.out == "edited job1\n  priority  5 -> 8\n", "\(outcome.err)")
        #expect(
            try String(contentsOfFile: copy, encoding: .utf8) == """
                {
                  "command": "echo \\"hi\\"",
                  "priority": 5,
                  "max_retries": 3,
                  "timeout": "1m30s",
                  "run_at": "2040-01-02T03:04:05.000Z"
                }

                """
        )
        #expect(try await bench.job("job1").state == .scheduled)
        #expect(try leftovers() == [])
    }

    @Test func anEditorThatChangesNothingChangesNothing() async throws {
        try await bench.add("job1")
        let before = try await bench.job("job1")
        #expect(try await bench.run(["edit", "job1"], environment: try editor("true")).out == "unchanged job1\n")
        let emptied = try await bench.run(["edit", "job1"], environment: try editor(": >\"$1\""))
        #expect(emptied.status == 2 && emptied.err == "queuectl: The document was emptied: nothing was changed\n")
        let failing = try await bench.run(["edit", "job1"], environment: try editor("echo x >\"$1\"; exit 3"))
        #expect(failing.status == 1 && failing.err.hasSuffix("it ended with code 3\n"))
        #expect(try await bench.job("job1") == before)
        #expect(try leftovers() == [])
    }

    @Test func whatCannotBeTakenIsKeptInAFileWhereNobodyCanBeAsked() async throws {
        try await bench.add("job1")
        let before = try await bench.job("job1")
        let outcome = try await bench.run(["edit", "job1"], environment: try editor("echo '{\"command\":' >\"$1\""))
        #expect(outcome.status == 65 && outcome.out == "")
        let kept = try #require(outcome.err.firstMatch(of: /Nothing was changed; the text is kept in (.*)\n/)?.1)
        #expect(try String(contentsOfFile: String(kept), encoding: .utf8) == "{\"command\":\n")
        // Nobody else may look into the folder that it is in: documents can hold secrets.
        let folder = URL(filePath: String(kept)).deletingLastPathComponent().path
        let mode = try FileManager.default.attributesOfItem(atPath: folder)[.posixPermissions] as? Int
        #expect(mode == 0o700)
        let mistyped = try editor(#"echo '{"command":"x","prority":1}' >"$1""#)
        let advice = try await bench.run(["edit", "job1"], environment: mistyped).err
        #expect(advice.contains("did you mean priority? Nothing was changed; the text is kept in "), "\(advice)")
        #expect(try await bench.job("job1") == before)
    }

    @Test func aJobThatWasTakenWhileTheEditorWasOpenIsLeftAndTheTextKept() async throws {
        try await bench.add("job1")
        let claim = "touch \(bench.folder.path)/open; while [ ! -e \(bench.folder.path)/go ]; do sleep 0.05; done"
        let variables = try editor("\(claim); sed -i 's/\"priority\": 5/\"priority\": 8/' \"$1\"")
        async let edit = bench.run(["edit", "job1"], environment: variables)
        try await waitUntil("the editor is open", within: .seconds(60)) {
            FileManager.default.fileExists(atPath: "\(bench.folder.path)/open")
        }
        #expect(try await bench.claim(1).count == 1)
        _ = FileManager.default.createFile(atPath: "\(bench.folder.path)/go", contents: nil)
        let outcome = try await edit
        #expect(outcome.status == 3 && outcome.err.contains("it is running"))
        #expect(outcome.err.contains("the text is kept in \(bench.folder.path)/queuectl-"))
        #expect(try await bench.job("job1").priority == 5)
    }

    @Test func onATerminalOneMayEditAgain() async throws {
        try await bench.add("job1")
        let second = "grep -q broken \"$1\" && echo '{\"command\":\"fixed\"}' >\"$1\" || echo broken >\"$1\""
        let outcome = try await bench.run(
            ["edit", "job1"],
            input: "y\n",
            environment: try editor(second),
            columns: 100
        )
        #expect(outcome.status == 0 && outcome.out.contains("Edit it again? [Y/n]"), "\(outcome.out)")
        #expect(try await bench.job("job1").command == .shell("fixed"))
        let declined = try await bench.run(
            ["edit", "job1"],
            input: "n\n",
            environment: try editor("echo broken >\"$1\""),
            columns: 100
        )
        #expect(declined.status == 65 && declined.out.contains("the text is kept in"))
        #expect(try await bench.job("job1").command == .shell("fixed"))
    }

    @Test(arguments: [
        (["--unset", "prority"], "--unset: prority: is not a field of a job; did you mean priority?"),
        (["--unset", "queue"], "--unset: queue: a job keeps it; name another field"),
        (["--unset", "command"], "--command: is missing; give command, argv or task"),
        (["--unset", "priority", "--priority", "3"], "--unset: priority is set as well; leave one of them out"),
        (["--priority", "11"], "--priority: 11 is out of range; give 0...10"),
        (["--priority", "1", "--file", "-"], "Give fields as flags, or --file, but not both"),
        ([], "Say what to change: flags such as --priority 9, --unset, or --file. On a terminal an editor opens"),
    ])
    func whatIsWrongIsSaidAndNothingIsChanged(_ arguments: [String], _ message: String) async throws {
        try await bench.add("job1")
        let before = try await bench.job("job1")
        let outcome = try await bench.run(["edit", "job1"] + arguments)
        #expect(outcome.status == 64 && outcome.err == "queuectl: \(message)\n" && outcome.out == "")
        #expect(try await bench.job("job1") == before)
    }

    @Test func aJobThatIsNotThereIsNotFound() async throws {
        let outcome = try await bench.run("edit", "gone", "--priority", "9")
        #expect(outcome.status == 3)
        #expect(outcome.err == "queuectl: Cannot edit job gone: there is no such job. See queuectl list\n")
    }
}
