import Foundation
import RedisClient
import TestSupport
import Testing

@testable import QueueKit

/// The JSON Schemas say what the checks do. Debian's python3-jsonschema judges by them.
@Suite struct JobSchemaTests {
    /// Whether each of these lines of JSON is valid by a schema.
    private func judge(_ lines: [String], by schema: String) async throws -> [Bool] {
        let folder = try TemporaryFolder()
        try schema.write(toFile: "\(folder.path)/schema", atomically: false, encoding: .utf8)
        try lines.joined(separator: "\n").write(toFile: "\(folder.path)/lines", atomically: false, encoding: .utf8)
        let script = """
            import json, sys
            from jsonschema import Draft202012Validator
            schema = json.load(open(sys.argv[1]))
            Draft202012Validator.check_schema(schema)
            validator = Draft202012Validator(schema)
            for line in open(sys.argv[2], encoding="utf-8"):
                print(int(validator.is_valid(json.loads(line))))
            """
        let command = ["/usr/bin/python3", "-c", script, "\(folder.path)/schema", "\(folder.path)/lines"]
        let output = "\(folder.path)/output"
        let process = try ChildProcess(command, output: output)
        try await waitUntil("the documents are judged", within: .seconds(60)) { process.exitCode != nil }
        let text = try String(contentsOfFile: output, encoding: .utf8)
        guard process.exitCode == 0 else {
            Issue.record("the judge failed; is python3-jsonschema there (make setup)? It said: \(text)")
            return []
        }
        let verdicts = text.split(separator: "\n").map { $0 == "1" }
        try #require(verdicts.count == lines.count)
        return verdicts
    }

    private func isAccepted(_ json: String) -> Bool {
        do {
            _ = try JobDocument(json: json, pushedTo: .default)
            return true
        } catch {
            return false
        }
    }

    @Test func schemaAndChecksAgree() async throws {
        var generator = DocumentGenerator(seed: 20)
        let lines = (0..<4000).map { _ in generator.next() }
        let verdicts = try await judge(lines, by: JobSchema.document)
        for (line, verdict) in zip(lines, verdicts) where isAccepted(line) != verdict {
            Issue.record("the schema says \(verdict), and the checks do not: \(line)")
        }
        // Both ends of the test are exercised.
        #expect(1000...3000 ~= verdicts.count { $0 })
    }

    /// What a schema cannot say, by the words that stand for it in the contract.
    private static let beyond: [(words: String, json: String)] = [
        ("lengths in bytes", #"{"command":"\#(String(repeating: "é", count: 70_000))"}"#),
        ("lengths in bytes", #"{"command":"x","tags":["\#(String(repeating: "é", count: 65))"]}"#),
        ("the range of a duration, size or time in text", #"{"command":"x","timeout":"0s"}"#),
        ("the range of a duration, size or time in text", #"{"command":"x","expires":"3651d"}"#),
        ("the range of a duration, size or time in text", #"{"command":"x","memory":"1KiB"}"#),
        ("the range of a duration, size or time in text", #"{"command":"x","run_at":"1999-01-01T00:00:00Z"}"#),
        ("fractions of a millisecond or of a byte in text", #"{"command":"x","timeout":"1.0001s"}"#),
        ("fractions of a millisecond or of a byte in text", #"{"command":"x","memory":"1.00000001MiB"}"#),
        ("dates that do not exist", #"{"command":"x","run_at":"2030-02-30T00:00:00Z"}"#),
        ("a name given twice", #"{"command":"x","command":"y"}"#),
        ("integers beyond 2^53", #"{"command":"x","meta":{"n":9007199254740993}}"#),
        (
            "the depth of nesting",
            #"{"command":"x","meta":{"n":\#(String(repeating: "[", count: 70) + String(repeating: "]", count: 70))}}"#
        ),
        ("the size of the document", #"{"command":"x","stdin":"\#(String(repeating: "x", count: 1_100_000))"}"#),
        ("an exit code that stands in two sets", #"{"command":"x","fatal_codes":[0]}"#),
        ("an exit code that stands in two sets", #"{"command":"x","fatal_codes":[4],"snooze_codes":{"4":"1m"}}"#),
        (
            "a variable that is in `env` and in `env_from`",
            #"{"command":"x","env":{"A":"b"},"env_from":{"A":"file:x"}}"#
        ),
        ("an expiry before the first run", #"{"command":"x","delay":60,"expires":60}"#),
        ("an expiry before the first run", #"{"command":"x","run_at":1900000000000,"expires":1900000000000}"#),
        ("the queue that it is pushed to", #"{"command":"x","queue":"other"}"#),
    ]

    @Test func whatTheSchemaCannotSayIsListedInTheContract() async throws {
        let verdicts = try await judge(Self.beyond.map(\.json), by: JobSchema.document)
        let contract = try file("docs/push.md").split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for (row, verdict) in zip(Self.beyond, verdicts) {
            #expect(verdict && !isAccepted(row.json), "\(row.words): \(row.json.prefix(60))")
            #expect(contract.contains(row.words), "docs/push.md does not say: \(row.words)")
        }
    }

    @Test func theFilesInDocsAreTheSchemas() throws {
        #expect(try file("docs/job.schema.json") == JobSchema.document)
        #expect(try file("docs/answer.schema.json") == JobSchema.answer)
        #expect(try file("docs/signed.schema.json") == JobSchema.signed)
        for schema in [JobSchema.document, JobSchema.signed, JobSchema.answer] {
            _ = try JSONParser.parse(Array(schema.utf8))
        }
    }

    @Test func envelopesAreAsTheirSchemaSays() async throws {
        let sound: [String: String] = [
            "id": #""a""#, "signed": #""{\"command\":\"true\"}""#, "key_id": #""k""#, "valid_until": "1900000000000",
            "signature": "\"\(String(repeating: "0a", count: 32))\"",
        ]
        var lines: [String] = []
        func add(_ members: [String: String]) {
            lines.append(
                "{" + members.sorted { $0.key < $1.key }.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
            )
        }
        add(sound)
        let values = [
            "1", "\"x\"", "\"a b\"", "\"\"", "null", "[]", "true", "1900000000000.5", "-1",
            "\"\(String(repeating: "0A", count: 32))\"",
            "\"\(String(repeating: "k", count: 65))\"", "\"default\"", "\"..\"",
        ]
        for name in sound.keys.sorted() + ["v", "queue", "priority"] {
            add(sound.filter { $0.key != name || name == "signed" })
            for value in values {
                // The schema looks into no text that was signed, and does not know the queue.
                if name == "signed", value.hasPrefix("\"") { continue }
                if name == "queue", value == "\"x\"" || value.hasPrefix("\"0A") { continue }
                add(sound.merging([name: value]) { $1 })
            }
        }
        let verdicts = try await judge(lines, by: JobSchema.signed)
        for (line, verdict) in zip(lines, verdicts) where isAccepted(line) != verdict {
            Issue.record("the schema says \(verdict), and the checks do not: \(line)")
        }
        #expect(verdicts[0] && verdicts.count { !$0 } > 50)
    }

    private func file(_ path: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        return try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    @Test func answersAreAsTheirSchemaSays() async throws {
        let queue = try TestQueue()
        for name in ["done", "failing", "cancelled", "deleted", "late"] {
            try await queue.enqueue(name) { $0.replyTo = "me" }
        }
        _ = try await queue.queue.cancel([id("cancelled")])
        _ = try await queue.queue.delete([id("deleted")])
        try await queue.send("HSET", "R:job:late", "expires_at", "1000000000000")
        try await queue.claim(2)
        try await queue.settle("done", .completed) { $0.result = "[]" }
        try await queue.settle("failing", .dead) {
            $0.signal = 9
            $0.reason = "signal"
            $0.error = "killed by KILL"
        }
        try await queue.claim(1, number: 2)
        try await queue.send("LPUSH", "R:incoming", #"{"reply_to":"me"}"#)
        try await queue.ingest(try await queue.claim(0, number: 3))
        let answers = try await queue.send("LRANGE", "R:reply:me", "0", "-1").texts
        #expect(answers.count == 6)
        #expect(try await judge(answers, by: JobSchema.answer) == Array(repeating: true, count: 6))
        let wrong = [#"{"v":1}"#, #"{"v":1,"queue":"q","state":"pending","finished_at":1,"id":"a","attempts":1}"#]
        #expect(try await judge(wrong, by: JobSchema.answer) == [false, false])
    }
}
