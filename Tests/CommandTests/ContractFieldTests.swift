import QueueKit
import Testing

/// `expires`, `reply_to`, `task` and `args` on the command line.
@Suite struct ContractFieldTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    @Test func flagsSetThemAndShowTellsThem() async throws {
        let flags = ["--task", "resize", "--args", #"{"width":100}"#, "--reply-to", "me", "--expires", "10m"]
        let id = try #require(try await bench.run(["enqueue"] + flags).lines.first)
        let job = try await bench.job(id)
        #expect(job.command == .task("resize", args: #"{"width":100}"#) && job.replyTo == "me")
        let left = try #require(job.expiresAt).milliseconds - (try #require(job.createdAt)).milliseconds
        #expect(left == 600_000)
        let shown = try await bench.run("show", id).out
        for text in [#"task resize {"width":100}"#, "reply to", "expires"] { #expect(shown.contains(text)) }
        let json = try await bench.run("show", id, "--json").out.json()
        #expect(json["task"]?.string == "resize" && json["reply_to"]?.string == "me")
        #expect(json["expires_at"]?.string == job.expiresAt?.rfc3339)
        #expect(try await bench.run("list").out.contains("task resize"))
    }

    @Test func editChangesThemAndBack() async throws {
        try await bench.add("job1")
        let flags = ["--task", "resize", "--args", "{}", "--expires", "2030-01-01T00:00:00Z", "--reply-to", "me"]
        let outcome = try await bench.run(["edit", "job1"] + flags)
        #expect(outcome.status == 0 && outcome.out.contains("command   echo hello -> (none)"))
        let job = try await bench.job("job1")
        #expect(job.command == .task("resize", args: "{}") && job.expiresAt?.milliseconds == 1_893_456_000_000)
        #expect(try await bench.run(["edit", "job1", "--command", "true", "--unset", "expires"]).status == 0)
        let again = try await bench.job("job1")
        #expect(again.command == .shell("true") && again.expiresAt == nil && again.replyTo == "me")
    }

    @Test(
        arguments: [
            (["--expires", "soon"], "--expires: \"soon\" is neither a duration nor a time; give a duration such as"),
            (["--expires", "5"], "--expires: \"5\" is neither a duration nor a time; give a duration such as"),
            (["--reply-to", "a b"], "--reply-to: \"a b\" has characters that are not allowed"),
            (["--task", "t"], "--command: excludes --task; give one of them"),
            (["--args", "{"], "--args: it is not valid JSON"),
            (["--args", "{}"], "--args: is for a task, and there is none"),
        ] as [([String], String)]
    )
    func whatIsWrongIsRefused(flags: [String], message: String) async throws {
        let outcome = try await bench.run(["enqueue", "--command", "true"] + flags)
        #expect(outcome.status == 64 && outcome.err.contains(message), "\(outcome.err)")
    }
}
