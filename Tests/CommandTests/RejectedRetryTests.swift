import Foundation
import QueueKit
import RedisClient
import Testing

@Suite struct RejectedRetryTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    /// What an intake has set aside.
    @discardableResult
    private func reject(
        _ raw: String,
        length: Int? = nil,
        as id: String = "*",
        in queue: JobQueue? = nil
    ) async throws -> String {
        let queue = queue ?? bench.queue
        _ = try await bench.directory.register([queue.name])
        var command = RedisCommand("XADD", queue.keys.rejected, id, "reason", "no", "raw", raw)
        command.append("length")
        command.append(String(length ?? raw.utf8.count))
        return try await bench.redis.send(command).string ?? ""
    }

    private func editor(_ script: String) throws -> [String: String?] {
        let path = "\(bench.folder.path)/editor.sh"
        try Data("\(script)\n".utf8).write(to: URL(filePath: path))
        return ["VISUAL": nil, "EDITOR": "sh \(path)"]
    }

    private func left() async throws -> [String] { try await bench.run("rejected", "list", "-q").lines }

    @Test func whatIsFineNowIsTakenIn() async throws {
        let id = try await reject(#"{"id":"a","command":"true","priority":8}"#)
        let outcome = try await bench.run("rejected", "retry", id)
        #expect(outcome.out == "retried \(id) as job a (pending)\n" && outcome.err == "" && outcome.status == 0)
        #expect(try await bench.job("a").priority == 8)
        #expect(try await left().isEmpty)
        let again = try await bench.run("rejected", "retry", id)
        #expect(
            again.status == 3 && again.err.hasPrefix("queuectl: Cannot retry the rejected push \(id): there is none.")
        )
    }

    @Test func whatIsWrongIsToldWithoutWhatIsHidden() async throws {
        try await bench.run("config", "set", "redact", "pin-[0-9]+")
        let id = try await reject(#"{"command":"true","priority":"pin-1234567890123"}"#)
        for words in [["retry", id], ["retry", "--all", "--yes"], ["show", id], ["list"]] {
            let outcome = try await bench.run(["rejected"] + words)
            #expect(!(outcome.out + outcome.err).contains("1234"), "\(words): \(outcome)")
        }
        // What is hidden makes it shorter, and no part of it was lost.
        let shown = try await bench.run("rejected", "show", id).out
        #expect(shown.contains("[redacted]") && !shown.contains("the first"), "\(shown)")
    }

    @Test func aPreparedHashIsTakenInOnceItIsThere() async throws {
        let id = try await reject("a")
        let early = try await bench.run("rejected", "retry", id)
        #expect(early.status == 65 && early.err.contains("there is no prepared hash for a"))
        _ = try await bench.redis.send(RedisCommand("HSET", bench.queue.keys.job(JobID("a")), "command", "true"))
        let outcome = try await bench.run("rejected", "retry", id, "--json")
        let json = try outcome.out.json()
        #expect(json["result"]?.string == "retried" && json["job"]?.string == "a" && json["state"]?.string == "pending")
        #expect(json["id"]?.string == id && json["queue"]?.string == "default")
    }

    @Test func whatIsStillWrongIsExplainedAndStays() async throws {
        let id = try await reject(#"{"command":"true","priority":11}"#)
        try await bench.refuses(
            Refusal(
                ["rejected", "retry", id],
                65,
                "Cannot retry the rejected push \(id): priority: 11 is out of range; give 0...10. "
                    + "Correct it: queuectl rejected retry \(id) --edit"
            )
        )
        let file = #"{"command":"true","priority":11,"prority":1}"#
        try await bench.refuses(
            Refusal(
                ["rejected", "retry", id, "--file", "-"],
                65,
                "stdin:1:19: $.priority: 11 is out of range; give 0...10 (1 more: queuectl push check -)"
            ),
            input: file
        )
    }

    @Test func whatCollidesIsToldWithWhat() async throws {
        try await bench.add("a", in: .completed)
        let id = try await reject(#"{"id":"a","command":"true"}"#)
        let advice = "Give it another id: queuectl rejected retry \(id) --edit"
        try await bench.refuses(
            Refusal(
                ["rejected", "retry", id],
                3,
                "Cannot retry the rejected push \(id): job a exists already (completed). \(advice)"
            )
        )
        try await bench.run("delete", "a")
        #expect(try await bench.run("rejected", "retry", id, "-q").out == "a\n")
    }

    @Test func ofALongOneAllHasToBeGiven() async throws {
        let id = try await reject("{", length: 70_000)
        try await bench.refuses(
            Refusal(
                ["rejected", "retry", id],
                3,
                "Cannot retry the rejected push \(id): only the first 1 of its 70,000 bytes were kept. "
                    + "Have it pushed again, or give all of it by --file"
            )
        )
        let document = #"{"id":"a","command":"true"}"#
        #expect(try await bench.run(["rejected", "retry", id, "--file", "-"], input: document).status == 0)
        #expect(try await bench.job("a").state == .pending)
    }

    @Test func anEditorOpensOnWhatWasPushed() async throws {
        let id = try await reject(#"{"id":"a","comand":"true","priority":3}"#)
        let copy = "\(bench.folder.path)/copy"
        let script = "cp \"$1\" \(copy); sed -i 's/comand/command/' \"$1\""
        let outcome = try await bench.run(["rejected", "retry", id, "--edit"], environment: try editor(script))
        #expect(outcome.out == "retried \(id) as job a (pending)\n", "\(outcome.err)")
        let shown = try String(contentsOfFile: copy, encoding: .utf8)
        #expect(shown == "{\n  \"id\": \"a\",\n  \"comand\": \"true\",\n  \"priority\": 3\n}\n")
    }

    @Test func anEditorOpensOnBytesThatAreNoJSON() async throws {
        let id = try await reject(#"{"command":"true""#)
        let outcome = try await bench.run(
            ["rejected", "retry", id, "--edit"],
            environment: try editor("printf '}' >>\"$1\"")
        )
        #expect(outcome.status == 0, "\(outcome.err)")
        #expect(try await left().isEmpty)
    }

    @Test func anEditorOpensOnAPreparedHashAndItsJobKeepsTheId() async throws {
        let key = bench.queue.keys.job(try JobID("a"))
        _ = try await bench.redis.send(RedisCommand("HSET", key, "command", "true", "prority", "3"))
        let id = try await reject("a")
        let script = "sed -i 's/prority/priority/' \"$1\""
        let outcome = try await bench.run(["rejected", "retry", id, "--edit"], environment: try editor(script))
        #expect(outcome.out == "retried \(id) as job a (pending)\n", "\(outcome.err)")
        #expect(try await bench.job("a").priority == 3)
        #expect(try await bench.redis.send(RedisCommand("HEXISTS", key, "prority")).int == 0)
    }

    @Test func whatIsStillWrongAfterEditingIsKept() async throws {
        let id = try await reject("{}")
        let broken = try await bench.run(
            ["rejected", "retry", id, "--edit"],
            environment: try editor(#"echo '{"comand":"x"}' >"$1""#)
        )
        #expect(broken.status == 65 && broken.err.contains("$.command: is missing"))
        let kept = try #require(broken.err.firstMatch(of: /Nothing was changed; the text is kept in (.*)\n/)?.1)
        #expect(try String(contentsOfFile: String(kept), encoding: .utf8) == "{\"comand\":\"x\"}\n")
        let unchanged = try await bench.run(["rejected", "retry", id, "--edit"], environment: try editor("true"))
        #expect(unchanged.status == 2 && unchanged.err.contains("was left as it was: nothing was changed"))
        #expect(try await left() == [id])
    }

    @Test func allAreTriedInTheirOrderAndWhatIsWrongStays() async throws {
        let mail = bench.directory.queue(try QueueName("mail"))
        for number in 1...3 { try await reject(#"{"id":"j\#(number)","command":"true"}"#) }
        let wrong = try await reject("{")
        try await reject(#"{"id":"m","command":"true"}"#, in: mail)
        let asked = try await bench.run("rejected", "retry", "--all")
        #expect(asked.status == 2)
        #expect(asked.err == "queuectl: This would take 5 rejected pushes in again. Give --yes to do it\n")
        let outcome = try await bench.run("rejected", "retry", "--all", "--yes")
        #expect(outcome.out == "retried 4 rejected pushes\n" && outcome.status == 1)
        #expect(
            outcome.err == """
                queuectl: Cannot retry the rejected push \(wrong): the document is not valid JSON: it ends too early (byte 1). \
                Correct it: queuectl rejected retry \(wrong) --edit
                1 left: 1 still wrong. See queuectl rejected list

                """
        )
        let pending = try await bench.redis.send(RedisCommand("LRANGE", bench.queue.keys.pending(5), "0", "-1"))
        #expect(pending.array?.compactMap(\.string) == ["j1", "j2", "j3"])
        #expect(try await bench.job("m", in: mail).state == .pending)
        #expect(try await left() == [wrong])
        try await bench.run("rejected", "purge", "--yes")
        #expect(try await bench.run("rejected", "retry", "--all").out == "Nothing was rejected.\n")
    }

    @Test func whatIsLeftIsToldByItsReason() async throws {
        try await bench.add("a", in: .completed)
        for _ in 1...7 { try await reject("{") }
        for _ in 1...2 { try await reject(#"{"id":"a","command":"true"}"#) }
        let outcome = try await bench.run("rejected", "retry", "--all", "--yes")
        #expect(outcome.out == "retried 0 rejected pushes\n" && outcome.status == 1)
        let told = outcome.err.split(separator: "\n")
        #expect(told.count == 6 && told.dropLast().allSatisfy { $0.contains("the document is not valid JSON") })
        #expect(told.last == "9 left: 7 still wrong, 2 whose id is taken. See queuectl rejected list")
        let json = try await bench.run("rejected", "retry", "--all", "--yes", "--json").out.json()
        #expect(json["count"] == .number("0") && json["left"] == .number("9") && json["taken"] == .number("2"))
    }

    /// Two that were rejected in the same millisecond.
    @Test func anIDThatTwoQueuesHaveNeedsTheQueue() async throws {
        let mail = bench.directory.queue(try QueueName("mail"))
        try await reject(#"{"id":"a","command":"true"}"#, as: "1-1")
        try await reject(#"{"id":"b","command":"true"}"#, as: "1-1", in: mail)
        for verb in ["retry", "show"] {
            let reason = #"it is in "default" and "mail". Say which with --queue"#
            try await bench.refuses(
                Refusal(["rejected", verb, "1-1"], 3, "Cannot \(verb) the rejected push 1-1: \(reason)")
            )
        }
        #expect(try await bench.run("rejected", "show", "1-1", "--queue", "mail", "-q").out == "1-1\n")
        #expect(try await bench.run("rejected", "retry", "1-1", "--queue", "mail", "-q").out == "b\n")
        #expect(try await bench.run("rejected", "retry", "1-1", "-q").out == "a\n")
    }

    @Test func ofSeveralTheWrongOnesAreTold() async throws {
        let good = try await reject(#"{"id":"a","command":"true"}"#)
        let wrong = try await reject("{")
        let outcome = try await bench.run("rejected", "retry", wrong, good)
        #expect(outcome.status == 1 && outcome.out == "retried \(good) as job a (pending)\n")
        #expect(
            outcome.err.hasPrefix("queuectl: Cannot retry the rejected push \(wrong): the document is not valid JSON")
        )
    }

    @Test(arguments: [
        Refusal("rejected retry", 64, "Say which rejected pushes to retry: give ids, or --all"),
        Refusal("rejected retry 1-1 --all", 64, "Give ids or --all, but not both"),
        Refusal("rejected retry 1-1 --edit --file x", 64, "Give --edit or --file, but not both"),
        Refusal("rejected retry 1-1 1-2 --edit", 64, "Give one id with --edit"),
        Refusal("rejected retry --all --file x", 64, "Give one id with --file"),
        Refusal(
            "rejected retry 1-1 --edit",
            64,
            "--edit: no variable EDITOR names an editor. Set it, or give the document by --file"
        ),
    ])
    func whatDoesNotGoTogetherIsRefused(_ refusal: Refusal) async throws {
        try await bench.refuses(refusal, environment: ["VISUAL": nil, "EDITOR": nil])
    }
}
