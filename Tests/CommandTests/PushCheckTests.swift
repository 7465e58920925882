import Foundation
import QueueKit
import Testing

/// `queuectl push check` and `push schema`: without any Redis.
@Suite struct PushCheckTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    private func check(_ input: String, _ flags: String...) async throws -> Outcome {
        try await bench.run(
            ["push", "check", "-"] + flags,
            input: input,
            environment: ["REDIS_URL": "redis://127.0.0.1:1"]
        )
    }

    @Test(
        arguments: [
            (#"{"command":"true"}"#, "1 document, nothing wrong\n"),
            ("\n{\n  \"command\": \"true\"\n}\n\n", "1 document, nothing wrong\n"),
            ("{\"env\":{\"A\":\"b\"}\n,\"command\":\"true\"}", "1 document, nothing wrong\n"),
            (#"[{"command":"true"},{"argv":["ls"]}]"#, "2 documents, nothing wrong\n"),
            ("{\"command\":\"true\"}\r\n\n{\"argv\":[\"ls\"]}\n{\"task\":\"t\"}", "3 documents, nothing wrong\n"),
        ] as [(String, String)]
    )
    func whatIsRightIsCounted(input: String, said: String) async throws {
        let outcome = try await check(input)
        #expect(outcome.status == 0 && outcome.out == "" && outcome.err == said)
    }

    @Test(
        arguments: [
            (
                "{\n  \"command\": \"true\",\n  \"env\": {\"LANG\": \"C\", \"PATH\": 5},\n  \"priority\": 11\n}\n",
                """
                stdin:3:24: $.env.PATH: 5 is not a string; give an object of strings
                stdin:4:3: $.priority: 11 is out of range; give 0...10

                """, 1, 1
            ),
            (
                "{\"command\":\"é\",\"x y\":1}\n\n{\"argv\":[\"a\",2]}\n{\"command\":\"tr\n",
                """
                stdin:1:16: $["x y"]: is not a field of a job; the fields are v, id, queue, command, argv, task, args, \
                priority, max_retries, backoff_base, backoff_cap, timeout, grace, delay, run_at, expires, success_codes, \
                fatal_codes, snooze_codes, retry_on_other_host, memory, cpu_seconds, nice, open_files, env, env_from, cwd, \
                stdin, tags, meta, reply_to
                stdin:3:14: $.argv[1]: 2 is not a string; give an array of strings, the program first
                stdin:4:15: $: it is not valid JSON: it ends in the middle of a string

                """, 3, 3
            ),
            (
                "[{\"command\":\"true\"},\n {\"priority\":5}, 7]",
                """
                stdin:2:2: $[1].command: is missing; give command, argv or task
                stdin:2:18: $[2]: the document is a number; give an object such as {"command":"..."}

                """, 2, 3
            ),
            (
                "{\n\"command\": \"true\",\n}\n",
                "stdin:3:1: $: it is not valid JSON: expected a name in double quotes\n", 1, 1
            ),
        ] as [(String, String, Int, Int)]
    )
    func whatIsWrongIsExplainedWithItsPlace(input: String, said: String, wrong: Int, documents: Int) async throws {
        let outcome = try await check(input)
        #expect(outcome.status == 65 && outcome.out == said, "\(outcome.out)")
        let subject = documents == 1 ? "document" : "documents"
        #expect(outcome.err == "\(wrong) of \(documents) \(subject) \(wrong == 1 ? "is" : "are") wrong\n")
    }

    @Test func jsonHasAnObjectForEachDocument() async throws {
        let outcome = try await check("{\"command\":\"true\"}\n{\"command\":\"true\",\"priority\":11}\n", "--json")
        #expect(outcome.status == 65 && outcome.err == "")
        #expect(
            outcome.lines == [
                #"{"document":1,"line":1,"valid":true,"problems":[]}"#,
                #"{"document":2,"line":2,"valid":false,"problems":[{"path":"$.priority","line":2,"column":19,"#
                    + #""message":"11 is out of range; give 0...10"}]}"#,
            ]
        )
    }

    @Test func theQueueIsCheckedIfItIsNamed() async throws {
        let document = #"{"command":"true","queue":"mail"}"#
        #expect(try await check(document).status == 0)
        #expect(try await check(document, "--queue", "mail").status == 0)
        let outcome = try await check(document, "--queue", "default")
        #expect(outcome.status == 65 && outcome.out.contains("$.queue: \"mail\" is not \"default\""))
    }

    @Test func whatCannotBeReadIsToldInALine() async throws {
        #expect(try await check(" \n").err == "queuectl: stdin: there is no document in it\n")
        #expect(try await check("[]").status == 65)
        let outcome = try await bench.run("push", "check", "/no/such/file")
        #expect(
            outcome.status == 1 && outcome.err == "queuectl: Cannot read /no/such/file: No such file or directory\n"
        )
    }

    @Test func theExampleInTheContractIsTrue() async throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/push.md")
        let contract = try String(contentsOf: file, encoding: .utf8)
        let block = try #require(contract.firstMatch(of: /```console\n\$ (.*)\n((?:.*\n)*?)```/))
        let outcome = try await bench.shell(String(block.1))
        #expect(outcome.out == String(block.2) && outcome.status == 65)
    }

    @Test func schemasArePrintedAsTheyStandInTheDocuments() async throws {
        let docs = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs")
        let job = try String(contentsOf: docs.appending(path: "job.schema.json"), encoding: .utf8)
        let result = try String(contentsOf: docs.appending(path: "answer.schema.json"), encoding: .utf8)
        #expect(try await bench.run("push", "schema").out == job)
        #expect(try await bench.run("push", "schema", "--answer").out == result)
    }
}
