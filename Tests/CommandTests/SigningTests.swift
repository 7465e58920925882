import Foundation
import QueueKit
import RedisClient
import TestSupport
import Testing

/// Signing on the command line, and the signers of docs/examples.
@Suite struct SigningTests {
    private let bench: Bench
    private let signing: [String: String?] = ["QUEUECTL_SIGNING_KEYS": "keys"]

    init() throws {
        bench = try Bench()
        try bench.writeSigningKeys()
    }

    /// Runs a worker that takes signed jobs only, until nothing is left.
    private func drain() async throws {
        let worker = try await bench.run("worker", "start", "--drain", "--signing-keys", "keys", "--require-signature")
        #expect(worker.status == 0, "\(worker)")
    }

    private func sign(_ words: String...) async throws -> String {
        let outcome = try await bench.run(
            ["sign", "--signing-keys", "keys"] + words,
            environment: ["REDIS_URL": "redis://127.0.0.1:1"]
        )
        #expect(outcome.status == 0 && outcome.err == "", "\(outcome)")
        return outcome.lines.first ?? ""
    }

    private func push(_ envelope: String) async throws {
        _ = try await bench.redis.send(RedisCommand("LPUSH", bench.queue.keys.incoming, envelope))
    }

    @Test func whoHasKeysAddsSignedJobs() async throws {
        #expect(try await bench.run(["enqueue", "--id", "a", "--", "true"], environment: signing).status == 0)
        let array = #"[{"id":"b","command":"true"},{"id":"c","command":"true"}]"#
        #expect(try await bench.run("enqueue", array, "--signing-keys", "keys", "--sign-key", "second").status == 0)
        let lines = "{\"id\":\"d\",\"argv\":[\"true\"]}\n{\"id\":\"e\",\"command\":\"true\",\"queue\":\"default\"}\n"
        let file = try await bench.run(["enqueue", "--file", "-"], input: lines, environment: signing)
        #expect(file.status == 0, "\(file)")
        #expect(try await bench.run("enqueue", "--id", "plain", "--", "true").status == 0)
        let shown = try await bench.run("show", "b").out
        #expect(shown.contains("signed    with the key second, valid until 20"), "\(shown)")
        #expect(try await bench.run("show", "plain", "--json").out.json()["key_id"] == .null)
        try await drain()
        for id in ["a", "b", "c", "d", "e"] { #expect(try await bench.job(id).state == .completed, "\(id)") }
        let plain = try await bench.job("plain")
        #expect(plain.state == .dead && plain.reason == "refused")
        #expect(try await bench.run("status", "--json").out.contains(#""refused":1"#))
    }

    @Test func anEnvelopeGoesInAnyWayOnce() async throws {
        let envelope = try await sign(#"{"id":"a","command":"true"}"#)
        let check = try await bench.run(["push", "check", "-"], input: envelope)
        #expect(check.status == 0 && check.err == "1 document, nothing wrong\n")
        #expect(try await bench.run("enqueue", envelope).out == "a\n")
        try await drain()
        #expect(try await bench.job("a").state == .completed)
        #expect(try await bench.run("delete", "a").status == 0)
        let why = "id: a signed job had the id a before; sign it under another one"
        try await bench.refuses(
            Refusal(["enqueue", envelope], 3, "Cannot enqueue the signed job a in \"default\": \(why)")
        )
        try await bench.refuses(
            Refusal(["enqueue", envelope, "--replace"], 3, "Cannot enqueue the signed job a in \"default\": \(why)")
        )
        let again = try await bench.run(["enqueue", "--file", "-"], input: envelope + "\n")
        #expect(again.err.hasPrefix("queuectl: stdin:1: Cannot enqueue the signed job a in \"default\": \(why)\n"))
        try await push(envelope)
        try await drain()
        let rejected = try await bench.run("rejected", "list", "--json").out
        #expect(rejected.contains(why), "\(rejected)")
        #expect(try await bench.queue.job(JobID("a")) == nil)
    }

    @Test func anEditIsSignedAnewOrSaysThatItIsNot() async throws {
        for id in ["signed", "open", "steered"] {
            #expect(
                try await bench.run(["enqueue", "--id", id, "--command", "echo a"], environment: signing).status == 0
            )
        }
        let signed = try await bench.run(["edit", "signed", "--command", "echo b"], environment: signing)
        #expect(signed.status == 0 && signed.err == "")
        let open = try await bench.run("edit", "open", "--command", "echo b")
        #expect(
            open.status == 0
                && open.err
                    == "Its signature does not cover this: workers that verify signatures will refuse it. Sign it: give the same flags again, or all of it by --file, with --signing-keys FILE\n"
        )
        #expect(try await bench.run("edit", "steered", "--priority", "9", "--max-retries", "0").err == "")
        try await drain()
        #expect(try await bench.run("logs", "signed").out == "b\n")
        #expect(try await bench.job("steered").state == .completed)
        let dead = try await bench.job("open")
        #expect(
            dead.state == .dead
                && dead.error?.hasSuffix("its command is not what was signed: the job was changed afterwards") == true
        )
        // It is as was said: signed anew it runs.
        let same = ["edit", "open", "--command", "echo b", "--signing-keys", "keys"]
        #expect(try await bench.run(same).err == "")
        #expect(try await bench.run("dlq", "retry", "open").status == 0)
        try await drain()
        #expect(try await bench.run("logs", "open").out == "b\n")
    }

    private func set(_ id: String, _ field: String, _ value: String) async throws {
        _ = try await bench.redis.send(RedisCommand("HSET", bench.queue.keys.job(JobID(id)), field, value))
    }

    /// An edit by flags signs what was signed and what the flags say, and nothing that others have written into the hash meanwhile.
    @Test func anEditSignsNothingThatNobodyHasSignedOrGiven() async throws {
        for id in ["a", "b", "c", "late", "given", "whole"] {
            let time = id == "late" ? "2s" : "1h"
            let words = ["enqueue", "--id", id, "--command", "echo a", "--valid-for", time]
            #expect(try await bench.run(words, environment: signing).status == 0)
        }
        try await set("a", "command", "echo forged")
        try await set("b", "env", #"{"LD_PRELOAD":"x"}"#)
        try await set("c", "signature", String(repeating: "0", count: 64))
        try await set("given", "command", "echo forged")
        try await set("whole", "command", "echo forged")
        let mismatch = "the signature is not what the key \"first\" makes of this document, id, queue and valid_until"
        for (id, why) in [
            ("a", "its command is not what was signed: the job was changed afterwards"),
            ("b", "its env is not what was signed: the job was changed afterwards"), ("c", mismatch),
        ] {
            let before = try await bench.job(id)
            let advice = "Look at it (queuectl show \(id)), and give all of it: queuectl edit \(id) --file PATH"
            try await bench.refuses(
                Refusal(
                    ["edit", id, "--priority", "9", "--signing-keys", "keys"],
                    3,
                    "Cannot sign job \(id) in \"default\" anew: \(why). \(advice)"
                )
            )
            #expect(try await bench.job(id) == before)
        }
        // What was given counts, and not what it takes the place of; and an outdated signature is one.
        #expect(try await bench.run(["edit", "given", "--", "echo", "mine"], environment: signing).err == "")
        let whole = ["edit", "whole", "--file", "-"]
        let warned = try await bench.run(whole, input: #"{"command":"echo mine"}"#, environment: signing)
        #expect(warned.status == 0 && warned.err.contains("Warning: Job whole is not as it was signed"), "\(warned)")
        let end = try #require(try await bench.job("late").signature?.validUntil)
        try await waitUntil("it is outdated") { try await bench.queue.serverTime() > end }
        #expect(try await bench.run(["edit", "late", "--priority", "9"], environment: signing).err == "")
        try await drain()
        for id in ["given", "whole"] { #expect(try await bench.run("logs", id).out == "mine\n", "\(id)") }
        #expect(try await bench.run("logs", "late").out == "a\n")
        for id in ["a", "b", "c"] { #expect(try await bench.job(id).reason == "refused", "\(id)") }
    }

    /// To give a part of what is run gives no more than that.
    @Test func whatTheFlagsDoNotNameHasToBeAsItWasSigned() async throws {
        let task = #"[{"id":"task","task":"a","args":{"n":1}},{"id":"command","command":"true"}]"#
        #expect(try await bench.run(["enqueue", task], environment: signing).status == 0)
        try await set("task", "args", #"{"n":2}"#)
        try await set("command", "argv", #"["false"]"#)
        for (words, field) in [(["task", "--task", "b"], "args"), (["command", "--unset", "command"], "command")] {
            let edit = try await bench.run(["edit"] + words + ["--signing-keys", "keys"])
            #expect(edit.status != 0 && edit.out == "", "\(field): \(edit)")
            #expect(edit.err.contains("is not what was signed: the job was changed afterwards"), "\(field): \(edit)")
        }
    }

    @Test func aWorkerSaysWhatItMakesOfSignatures() async throws {
        let start = ["worker", "start", "--drain"]
        for (words, line, members) in [
            ([], nil, #""signatures":false,"signatures_only":false"#),
            (
                ["--signing-keys", "keys"], "verified; unsigned jobs run too",
                #""signatures":true,"signatures_only":false"#
            ),
            (
                ["--signing-keys", "keys", "--require-signature"], "needed: unsigned jobs are refused",
                #""signatures":true,"signatures_only":true"#
            ),
        ] as [([String], String?, String)] {
            let banner = try await bench.run(start + words).out
            #expect(line.map { banner.contains("\n  signed  \($0)\n") } ?? !banner.contains("  signed  "), "\(banner)")
            #expect(try await bench.run(start + words + ["--log-format", "json"]).out.contains(members))
        }
    }

    @Test func nobodyIsSentToWhatCannotHelp() async throws {
        for _ in 1...2 { try await push(try await sign(#"{"id":"a","command":"true"}"#)) }
        try await drain()
        let id = try #require(try await bench.queue.rejected(limit: 1).first?.id)
        let advice = "Sign it under another id: queuectl sign, and push that"
        let why = "Cannot retry the rejected push \(id): job a exists already (completed). \(advice)"
        try await bench.refuses(Refusal(["rejected", "retry", id], 3, why))
        #expect(
            try await bench.run("rejected", "show", id).out.contains(
                "next    Sign it anew: queuectl sign, and push that"
            )
        )
        #expect(try await bench.run("delete", "a").status == 0)
        let known = "id: a signed job had the id a before; sign it under another one"
        let anew = "Sign it anew: queuectl sign, and push that"
        try await bench.refuses(
            Refusal(["rejected", "retry", id], 3, "Cannot retry the rejected push \(id): \(known). \(anew)")
        )
        let other = try await sign(#"{"id":"b","command":"true"}"#)
        #expect(try await bench.run("enqueue", other).status == 0)
        let again = try await sign(#"{"id":"b","command":"false"}"#)
        try await bench.refuses(
            Refusal(
                ["enqueue", again],
                3,
                "Cannot enqueue job b in \"default\": it exists already (pending). Give another id"
            )
        )
    }

    /// Added by the function, and edited before a worker has read it.
    @Test func anUnreadJobThatIsEditedIsRefusedToo() async throws {
        #expect(try await bench.run("install-functions").status == 0)
        for (id, environment) in [("open", [:]), ("signed", signing)] {
            let envelope = try await sign(#"{"id":"\#(id)","command":"echo a","delay":0}"#)
            var call = RedisCommand("FCALL", "queuectl_enqueue", "1", bench.queue.keys.incoming)
            call.append(envelope)
            #expect(try await bench.redis.send(call).string == id)
            let edit = try await bench.run(["edit", id, "--command", "echo b"], environment: environment)
            #expect(edit.status == 0 && edit.err.isEmpty == (id == "signed"), "\(edit)")
        }
        try await drain()
        #expect(try await bench.job("open").reason == "refused")
        #expect(try await bench.run("logs", "signed").out == "b\n")
    }

    @Test func mistakesAreSaidBeforeAnythingIsDone() async throws {
        let refusals = [
            Refusal(
                "worker start --require-signature",
                64,
                "--require-signature needs the keys that are trusted; give --signing-keys FILE or set QUEUECTL_SIGNING_KEYS"
            ),
            Refusal(
                "worker start --signing-keys none",
                78,
                "Cannot read the signing keys none: No such file or directory"
            ),
            Refusal(
                "enqueue --sign-key first -- true",
                64,
                "There is nothing to sign with: give --signing-keys FILE or set QUEUECTL_SIGNING_KEYS"
            ),
            Refusal(
                "enqueue --signing-keys keys --sign-key third -- true",
                64,
                "--sign-key: there is no key \"third\" in the file; it has first, second"
            ),
            Refusal(
                "enqueue --signing-keys keys --delay 40d -- true",
                64,
                "Cannot sign a job that is due in 40d: a signature is valid for 30d at most, 1d of it (--valid-for) behind that"
            ),
            Refusal(
                "sign -- true",
                64,
                "There is nothing to sign with: give --signing-keys FILE or set QUEUECTL_SIGNING_KEYS"
            ),
        ]
        for refusal in refusals { try await bench.refuses(refusal) }
        let empty = "QUEUECTL_SIGNING_KEYS is set, but empty; give the file of signing keys, or unset it"
        try await bench.refuses(Refusal("enqueue -- true", 78, empty), environment: ["QUEUECTL_SIGNING_KEYS": ""])
        try await bench.refuses(Refusal("worker start", 78, empty), environment: ["QUEUECTL_SIGNING_KEYS": ""])
        chmod("\(bench.folder.path)/keys", 0o644)
        let open = "Cannot use the signing keys keys: others can read it, or the group can change it; chmod g-w,o= it"
        try await bench.refuses(Refusal("worker start --signing-keys keys", 78, open))
    }

    /// Both sign as queuectl does: what they print runs where signatures are needed. No program is given the secret.
    @Test(arguments: ["sign.py", "sign.sh", "sign.sh without sha256sum"])
    func theSignersOfTheExamples(signer: String) async throws {
        let parts = signer.split(separator: " ")
        let file = URL(filePath: #filePath).appending(path: "../../../docs/examples/\(parts[0])").standardized.path
        let spies = "\(bench.folder.path)/spies"
        let programs = ["sed", "tr", "od", "cut", "date", "openssl"] + (parts.count == 1 ? ["sha256sum"] : [])
        try FileManager.default.createDirectory(atPath: spies, withIntermediateDirectories: false)
        for program in programs {
            let text = "#!/bin/sh\necho \"$0 $*\" >>\(bench.folder.path)/calls\nexec \(try path(of: program)) \"$@\"\n"
            try ProgramFile.write(text, to: "\(spies)/\(program)")
        }
        let id = parts[0] == "sign.py" ? "--id j" : "j"
        let namespace = parts[0] == "sign.py" ? "--namespace \(bench.namespace)" : "3600 \(bench.namespace)"
        let document = #"{ "command": "printf %s \"a\\\\b \u00e9 é\"",\#n\#t"max_retries": 0e0 }"#
        try Data((document + "\n").utf8).write(to: URL(filePath: "\(bench.folder.path)/document"))
        let path = parts[0] == "sign.py" ? "$PATH" : spies
        let outcome = try await bench.shell("PATH=\(path) \(file) keys default \(id) \(namespace) <document")
        #expect(outcome.status == 0 && outcome.err == "", "\(outcome)")
        try await push(outcome.out)
        try await drain()
        let job = try await bench.job("j")
        #expect(job.state == .completed && job.signature?.keyID == "first", "\(job)")
        #expect(try await bench.run("logs", "j").out == "a\\b é é")
        guard parts[0] == "sign.sh" else { return }
        let calls = try String(contentsOfFile: "\(bench.folder.path)/calls", encoding: .utf8)
        #expect(!calls.isEmpty && !calls.contains(Bench.secret) && !calls.contains("5e5e"), "\(calls)")
    }

    @Test(
        arguments: [
            ("keys --key third", "sign.py: --key: there is no key 'third' in the file; it has first, second"),
            ("/dev/null", "sign.py: Cannot use the signing keys /dev/null: there is no key in it"),
            ("none", "sign.py: Cannot read the signing keys none: No such file or directory"),
        ] as [(String, String)]
    )
    func theSignerInPythonSaysWhatIsWrong(words: String, problem: String) async throws {
        let file = URL(filePath: #filePath).appending(path: "../../../docs/examples/sign.py").standardized.path
        let outcome = try await bench.shell("echo '{}' | \(file) \(words) default")
        // The queue stands behind the keys, options may stand anywhere.
        #expect(outcome.status != 0 && outcome.err == problem + "\n" && outcome.out == "", "\(outcome)")
    }

    private func path(of program: String) throws -> String {
        try #require(
            ["/usr/bin/", "/bin/"].map { $0 + program }.first { access($0, X_OK) == 0 },
            "\(program) is missing (make setup)"
        )
    }
}
