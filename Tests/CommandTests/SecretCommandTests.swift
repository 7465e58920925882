import Foundation
import QueueKit
import RedisClient
import Testing

/// `env_from` on the command line, and what the setting `redact` hides in what is shown.
@Suite struct SecretCommandTests {
    @Test func aReferenceIsEnqueuedShownAndEdited() async throws {
        let bench = try Bench()
        let added = try await bench.run(
            "enqueue",
            "--id",
            "a",
            "--env-from",
            "DB=file:db/password",
            "--env-from",
            "T=variable:TOKEN",
            "--command",
            "true"
        )
        #expect(added.status == 0, "\(added)")
        #expect(try await bench.job("a").envFrom == ["DB": .file("db/password"), "T": .variable("TOKEN")])
        #expect(try await bench.run("show", "a").out.contains("env from  DB=file:db/password T=variable:TOKEN\n"))
        let json = try await bench.run("list", "--json").out
        #expect(json.contains(#""env_from":{"DB":"file:db/password","T":"variable:TOKEN"}"#))
        #expect(try await bench.run("edit", "a", "--env-from", "DB=file:other").status == 0)
        #expect(try await bench.job("a").envFrom == ["DB": .file("other")])
        #expect(try await bench.run("edit", "a", "--unset", "env_from").status == 0)
        #expect(try await bench.job("a").envFrom == [:])
    }

    @Test func whatIsNoPlaceIsRefusedAndNotShown() async throws {
        let bench = try Bench()
        let accepted = "give file:NAME, a file that the worker keeps for secrets, or variable:NAME"
        let flag = try await bench.run("enqueue", "--env-from", "A=hunter2", "--command", "true")
        #expect(
            flag.status == 64 && flag.err == "queuectl: --env-from A: says no place to look; \(accepted)\n",
            "\(flag)"
        )
        let pushed = try await bench.run(
            ["push", "check", "-"],
            input: #"{"command":"true","env_from":{"A":"file:../x"}}"# + "\n"
        )
        #expect(pushed.lines.first == "stdin:1:31: $.env_from.A: says no place to look; \(accepted)", "\(pushed)")
        #expect(try await bench.keyCount() == 0)
    }

    @Test func aWorkerIsToldWhatItMayGive() async throws {
        let bench = try Bench()
        let relative = try await bench.run("worker", "start", "--secrets-dir", "secrets")
        #expect(relative.status == 64 && relative.err.contains("is no absolute path; give one"))
        let missing = try await bench.run("worker", "start", "--secret-variable", "NONE")
        #expect(missing.status == 78 && missing.err.contains("the worker has no variable \"NONE\" in its environment"))
        try await bench.run("enqueue", "--id", "a", "--env-from", "A=file:none", "--max-retries", "0", "--", "true")
        try await bench.run("enqueue", "--id", "b", "--env-from", "A=variable:HOME", "--", "true")
        let worker = try await bench.run("worker", "start", "--drain", "--secrets-dir", bench.folder.path)
        #expect(worker.status == 0, "\(worker)")
        let unavailable = try await bench.job("a")
        #expect(unavailable.reason == "secret_unavailable")
        #expect(unavailable.error == "cannot set A from file:none: No such file or directory")
        let refused = try await bench.job("b")
        #expect(refused.reason == "refused" && refused.run == 1)
        #expect(refused.error?.contains("refused by the rule secret_variable of the worker") == true)
    }

    @Test func whatIsConfiguredIsHiddenUnlessRevealed() async throws {
        let bench = try Bench()
        let wrong = try await bench.run("config", "set", "redact", "(")
        #expect(wrong.status != 0 && wrong.err.contains("is no list of regular expressions"), "\(wrong)")
        // Before it is set: what was stored then is hidden when it is shown.
        let command = "echo old pin=1234; echo pin=1234 >&2; exit 1"
        try await bench.run("enqueue", "--id", "old", "--env", "pin=1234", "--max-retries", "0", "--command", command)
        #expect(try await bench.run("worker", "start", "--drain").status == 0)
        #expect(try await bench.run("config", "set", "redact", "pin=[0-9]+\nsk-[a-z]+").status == 0)
        try await bench.run("enqueue", "--id", "new", "--max-retries", "0", "--command", command + "; :")
        let worker = try await bench.run("worker", "start", "--drain")
        #expect(worker.out.contains("echo old [redacted]") && !worker.out.contains("1234"), "\(worker)")
        for line in [
            "list", "list --json", "dlq list", "show old", "show old --json", "show new", "logs old", "wait old",
        ] {
            let outcome = try await bench.run(line.split(separator: " ").map(String.init))
            #expect((outcome.out + outcome.err).contains("[redacted]"), "\(line): \(outcome)")
            #expect(!(outcome.out + outcome.err).contains("1234"), "\(line): \(outcome)")
        }
        for line in ["list --reveal", "dlq list --reveal", "show old --reveal", "logs old --reveal"] {
            let outcome = try await bench.run(line.split(separator: " ").map(String.init))
            #expect(outcome.out.contains("pin=1234"), "\(line): \(outcome)")
        }
        // What its worker has hidden is nowhere.
        #expect(try await bench.run("logs", "new", "--reveal").out == "old [redacted]\n")
        #expect(try await bench.job("new").error == "exited with code 1: [redacted]")
        // A document is mended as it is.
        #expect(try await bench.job("old").command == .shell(command))
    }

    @Test func aNumberThatIsSecretLeavesAResult() async throws {
        let bench = try Bench()
        try Data("5432\n".utf8).write(to: URL(filePath: bench.folder.path + "/port"))
        let told = #"result {"port":5432,"text":"on 5432","n":1}"#
        try await bench.run(
            [
                "enqueue", "--id", "a", "--env-from", "PORT=file:port", "--command",
                "echo '\(told)' > \"$QUEUECTL_CONTROL\"",
            ]
        )
        let worker = try await bench.run("worker", "start", "--drain", "--secrets-dir", bench.folder.path)
        #expect(worker.out.contains("\n  secrets files below \(bench.folder.path)\n"), "\(worker)")
        #expect(try await bench.job("a").result == #"{"port":"[redacted]","text":"on [redacted]","n":1}"#, "\(worker)")
    }

    @Test func aDamagedPatternIsToldAndTheOthersHide() async throws {
        let bench = try Bench()
        let empty = try await bench.run("config", "set", "redact", "")
        #expect(empty.status != 0 && empty.err.contains("has no pattern; give"), "\(empty)")
        #expect(try await bench.run("config", "set", "redact", "pin=[0-9]+").status == 0)
        let damaged = "(\npin=[0-9]+\n\"token\":\"[^\"]*\""
        _ = try await bench.redis.send(RedisCommand("HSET", "\(bench.namespace):config", "redact", damaged))
        try await bench.run("enqueue", "--id", "a", "--tag", "pin=1234", "--command", "echo pin=1234")
        for words in [["list"], ["show", "a"]] {
            let outcome = try await bench.run(words)
            #expect(!outcome.out.contains("1234") && outcome.err.contains("Warning: Not all is hidden"), "\(outcome)")
        }
        let edited = try await bench.run("edit", "a", "--command", "echo pin=5678", "--meta", #"{"token":"5678"}"#)
        #expect(edited.status == 0 && !edited.out.contains("5678") && !edited.out.contains("1234"), "\(edited)")
        let worker = try await bench.run("worker", "start", "--drain")
        #expect(worker.out.contains("a stored setting makes no sense: redact:"), "\(worker)")
        #expect(try await bench.run("logs", "a", "--reveal").out == "[redacted]\n")
    }

    @Test func aFileForAnotherMachineIsNoMistake() async throws {
        let bench = try Bench()
        let file = "tasks: {a: {argv: [x]}}\npolicy: {run_as: no.such.user}\n"
        let sound = try await bench.run(["tasks", "check", "-"], input: file)
        #expect(sound.status == 0 && sound.out == "a\n")
        let warning = "policy.run_as: there is no user no.such.user on this machine"
        #expect(sound.err == "stdin:2: on this machine: \(warning)\n1 task, 1 warning\n", "\(sound)")
        let strict = try await bench.run(["tasks", "check", "--strict", "-"], input: file)
        #expect(strict.status == 78 && strict.out == "stdin:2: \(warning)\n")
        let json = try await bench.run(["tasks", "check", "-", "--json"], input: file).out.json()
        #expect(json["valid"] == .bool(true) && json.text.contains(#""warnings":[{"line":2,"#))
        let worker = try await bench.run(["worker", "start", "--tasks", "-"], input: file)
        #expect(worker.status == 78 && worker.err.contains(warning))
    }

    @Test func aTaskFileWhoseSecretsCannotBeIsToldOf() async throws {
        let bench = try Bench()
        let wrong = try await bench.run(["tasks", "check", "-"], input: "policy: {secrets: [\"fil:x\"]}\n")
        let message = "policy.secrets: fil:x matches no secret; begin with file:, variable: or *"
        #expect(wrong.status == 78 && (wrong.out + wrong.err).contains(message), "\(wrong)")
        let sound =
            "policy: {secrets: [\"file:x\", \"variable:*\", \"*\"]}\ntasks: {a: {argv: [x], env_from: {T: \"variable:NOSUCH\"}}}\n"
        #expect(try await bench.run(["tasks", "check", "-"], input: sound).status == 0)
        let worker = try await bench.run(["worker", "start", "--drain", "--tasks", "-"], input: sound)
        let missing = "the task a cannot run: T is to come from variable:NOSUCH, and the worker has no such variable"
        #expect(worker.status == 0 && worker.out.contains(missing), "\(worker)")
    }

    @Test func theBannerSaysWhatIsRun() async throws {
        let bench = try Bench()
        try Data("tasks: {a: {argv: [x]}}\n".utf8).write(to: URL(filePath: bench.folder.path + "/tasks.yaml"))
        let start = ["worker", "start", "--drain"]
        #expect(try await !bench.run(start).out.contains("  tasks "))
        #expect(try await bench.run(start + ["--tasks", "tasks.yaml"]).out.contains("\n  tasks   tasks.yaml\n"))
        let only = start + ["--tasks", "tasks.yaml", "--tasks-only"]
        #expect(try await bench.run(only).out.contains("\n  tasks   tasks.yaml, and no other commands\n"))
        let ready = try await bench.run(only + ["--log-format", "json"]).lines[0]
        #expect(ready.contains(#""tasks":"tasks.yaml","tasks_only":true"#), "\(ready)")
    }
}
