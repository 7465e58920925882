import Foundation
import QueueKit
import RedisClient
import TestSupport
import Testing

/// `tasks check`, and workers that run tasks of a file.
@Suite struct TasksTests {
    private static let file = """
        tasks:
          greet:
            argv: [printf, --, "hello-%s\\n", "{name}"]
            args:
              name: {type: string, max_bytes: 10}
          nap:
            argv: [sleep, "60"]
            timeout: 100ms
            max_retries: 0
          where:
            argv: [/bin/sh, -c, 'pwd; echo "$COLOUR"']
            cwd: /usr
            env: {COLOUR: green}

        """

    private func bench(_ file: String = Self.file) throws -> Bench {
        let bench = try Bench()
        try Data(file.utf8).write(to: URL(filePath: bench.folder.path + "/tasks.yaml"))
        return bench
    }

    @Test func aFileIsCheckedWithoutRedis() async throws {
        let bench = try bench()
        let nowhere: [String: String?] = ["REDIS_URL": "unix:///nowhere/redis.sock"]
        let sound = try await bench.run(["tasks", "check", "tasks.yaml"], environment: nowhere)
        #expect(sound.status == 0 && sound.out == "greet\nnap\nwhere\n" && sound.err == "3 tasks, nothing wrong\n")
        let wrong = "tasks:\n  a:\n    argv: [x, \"{b}\"]\n    timeout: soon\n"
        let outcome = try await bench.run(["tasks", "check", "-"], input: wrong, environment: nowhere)
        #expect(outcome.status == 78)
        #expect(
            outcome.lines == [
                "stdin:3: tasks.a.argv[1]: {b} is no argument of the task",
                "stdin:4: tasks.a.timeout: is no duration up to 30d, such as 90s or 1h30m",
            ]
        )
        let json = try await bench.run(["tasks", "check", "-", "--json"], input: wrong, environment: nowhere)
        #expect(try json.out.json()["valid"] == .bool(false) && json.status == 78)
        #expect(
            try await bench.run("tasks", "check", "none.yaml").err
                == "queuectl: Cannot read the task file none.yaml: No such file or directory\n"
        )
    }

    @Test func aWorkerRunsTheTasksOfItsFileAndNothingElse() async throws {
        let bench = try bench()
        for words in [
            ["enqueue", "--id", "good", "--task", "greet", "--args", #"{"name":"$(id);-x"}"#],
            ["enqueue", "--id", "long", "--task", "greet", "--args", #"{"name":"12345678901"}"#],
            ["enqueue", "--id", "odd", "--task", "greet", "--args", #"{"nam":"x"}"#],
            ["enqueue", "--id", "nap", "--task", "nap", "--max-retries", "9"],
            ["enqueue", "--id", "where", "--task", "where"],
            ["enqueue", "--id", "other", "--max-retries", "0", "--task", "great"],
            ["enqueue", "--id", "shell", "--command", "touch ran"], ["enqueue", "--id", "argv", "--", "touch", "ran"],
            ["enqueue", "--id", "env", "--env", "LD_PRELOAD=x", "--task", "where"],
            ["enqueue", "--id", "cwd", "--cwd", "/", "--task", "where"],
        ] {
            let outcome = try await bench.run(words)
            #expect(outcome.status == 0, "\(outcome)")
        }
        let worker = try await bench.run(
            ["worker", "start", "--drain", "--tasks-only"],
            environment: ["QUEUECTL_TASKS": "tasks.yaml"]
        )
        #expect(worker.status == 0, "\(worker)")
        #expect(try await bench.run("logs", "good").out == "hello-$(id);-x\n")
        #expect(try await bench.run("logs", "where").out == "/usr\ngreen\n")
        for (id, reason, error) in [
            ("long", "invalid_args", "the task greet: args.name has 11 bytes; expected is a text of at most 10 bytes"),
            ("odd", "invalid_args", "the task greet: args.nam is not known; did you mean name?"),
            ("nap", "timeout", "timed out after 100ms"),
            ("other", "unknown_task", #"does not know the task "great": it runs the tasks "greet", "nap", "where""#),
            ("shell", "refused", "it has a command of its own, and only tasks are run"),
            ("argv", "refused", "it has a command of its own, and only tasks are run"),
            ("env", "refused", #"it may not set the variable "LD_PRELOAD""#),
            ("cwd", "refused", "a task runs where its file says"),
        ] as [(String, String, String)] {
            let job = try await bench.job(id)
            #expect(job.state == .dead && job.run == 1 && job.reason == reason, "\(id): \(job)")
            #expect(job.error?.contains(error) == true, "\(id): \(job.error ?? "")")
        }
        #expect(!FileManager.default.fileExists(atPath: bench.folder.path + "/ran"))
        #expect(try await bench.queue.status(heartbeat: .seconds(10)).totals["refused"] == 6)
    }

    @Test func withoutTheFlagCommandsRunToo() async throws {
        let bench = try bench()
        try await bench.add("a", command: "echo $GREETING")
        let outcome = try await bench.run("worker", "start", "--drain", "--tasks", "tasks.yaml")
        #expect(outcome.status == 0)
        #expect(try await bench.job("a").state == .completed)
    }

    @Test func whatCannotBeUsedKeepsAWorkerFromBeginning() async throws {
        let bench = try bench("tasks:\n  a:\n    argv: []\n")
        try await bench.refuses(
            Refusal(
                "worker start --tasks tasks.yaml",
                78,
                "Cannot use the task file tasks.yaml: line 3: tasks.a.argv: is no list of a program and its arguments. See queuectl tasks check tasks.yaml"
            )
        )
        let only = "--tasks-only needs the tasks that may be run; give --tasks FILE or set QUEUECTL_TASKS"
        try await bench.refuses(Refusal("worker start --tasks-only", 64, only))
        let empty = try await bench.run(["worker", "start", "--drain"], environment: ["QUEUECTL_TASKS": ""])
        #expect(empty.status == 78)
        #expect(empty.err == "queuectl: QUEUECTL_TASKS is set, but empty; give the task file, or unset it\n")
        let input = "--detach leaves stdin behind; give the task file by its path"
        try await bench.refuses(Refusal("worker start --tasks - --detach", 64, input))
        let none = try self.bench("policy: {}\n")
        try await none.refuses(
            Refusal(
                "worker start --tasks-only --tasks tasks.yaml",
                78,
                "--tasks-only leaves nothing to run: tasks.yaml has no tasks"
            )
        )
    }
}
